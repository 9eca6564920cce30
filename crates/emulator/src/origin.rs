//! Protection against foreign web pages, which must not use the emulator through a user's browser.

use std::net::IpAddr;

use crate::arm_error::ArmError;
use crate::request::HttpRequest;

/// Refuses a request that a browser sends for a foreign page: to a host name that is not the
/// emulator's (which a foreign DNS owner may point here), or from another origin.
pub(crate) fn check(request: &HttpRequest, scheme: &str, own: &[String]) -> Result<(), ArmError> {
    let Some(host) = request.header("host") else {
        return Ok(());
    };
    if !is_own(host, own) {
        let text = format!(
            "The emulator does not answer requests for the host '{host}'. To reach it by another \
             name, start it with --host NAME."
        );
        return Err(ArmError::new(403, "ForeignHost", text));
    }
    match request.header("origin") {
        Some(origin) if !origin.eq_ignore_ascii_case(&format!("{scheme}://{host}")) => {
            let text = format!("The emulator does not answer requests from pages of '{origin}'.");
            Err(ArmError::new(403, "ForeignOrigin", text))
        }
        _ => Ok(()),
    }
}

/// Returns `true` if a `Host` is an IP address, `localhost`, or one of the emulator's names.
fn is_own(host: &str, own: &[String]) -> bool {
    if host.parse::<IpAddr>().is_ok() {
        return true;
    }
    let port = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|c| c.is_ascii_digit()));
    let name = port.map_or(host, |(name, _)| name).to_ascii_lowercase();
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    bare.parse::<IpAddr>().is_ok()
        || name == "localhost"
        || name.ends_with(".localhost")
        || own.iter().any(|own| name.eq_ignore_ascii_case(own))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_names() {
        let own = ["box".to_owned(), "Emulator".to_owned()];
        for host in
            ["localhost", "LOCALHOST:1", "127.0.0.1:8443", "[::1]:8443", "::1", "box:1", "emulator"]
        {
            assert!(is_own(host, &own), "{host}");
        }
        for host in ["evil.example", "localhost.evil.example:443", "127.0.0.1.evil.example", ""] {
            assert!(!is_own(host, &own), "{host}");
        }
    }
}
