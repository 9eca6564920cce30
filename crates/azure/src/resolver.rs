//! Looks up names with the resolver of this machine, with its own files and servers.

use crate::deadline::Deadline;
use crate::error::Error;
use futures::future::join_all;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::time::Duration;
use tokio::net::lookup_host;

/// Time limit of a lookup. Resolvers ask several servers, each several times.
const PATIENCE: Duration = Duration::from_secs(15);

/// Returns the addresses of each name, sorted. A name without an address, or without an answer in
/// time, has an empty list.
///
/// # Errors
///
/// Returns [`crate::error::ErrorKind::Cancelled`] if the call is canceled.
pub async fn addresses(
    names: &[String],
    until: &Deadline,
) -> Result<BTreeMap<String, Vec<IpAddr>>, Error> {
    let found = join_all(names.iter().map(|name| one(name, until.at_most(PATIENCE)))).await;
    names.iter().cloned().zip(found).map(|(name, found)| Ok((name, found?))).collect()
}

async fn one(name: &str, until: Deadline) -> Result<Vec<IpAddr>, Error> {
    // The function requires a port, which the result ignores.
    let found = until.run(async { Ok(lookup_host((name, 443)).await) }).await;
    match found {
        Ok(Ok(found)) => {
            let found: BTreeSet<IpAddr> = found.map(|address| address.ip()).collect();
            Ok(found.into_iter().collect())
        }
        Err(error) if error.is_cancelled() => Err(error),
        Ok(Err(_)) | Err(_) => Ok(Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio_util::sync::CancellationToken;

    /// No lookup here leaves the machine: one name is in its hosts file, one is an address, and one
    /// is too long.
    #[tokio::test]
    async fn names_resolve_to_addresses_or_none() {
        let long = "n".repeat(70);
        let names = ["localhost", "10.0.1.4", &long].map(str::to_owned);
        let until = Deadline::new(Duration::from_secs(60), CancellationToken::new());
        let found = addresses(&names, &until).await.unwrap();
        assert!(found["localhost"].iter().all(IpAddr::is_loopback), "{found:?}");
        assert!(!found["localhost"].is_empty());
        assert_eq!(found["10.0.1.4"], ["10.0.1.4".parse::<IpAddr>().unwrap()]);
        assert!(found[&long].is_empty());
    }

    #[tokio::test]
    async fn a_cancelled_lookup_is_an_error() {
        let cancel = CancellationToken::new();
        cancel.cancel();
        let until = Deadline::new(Duration::from_secs(60), cancel);
        let error = addresses(&["localhost".to_owned()], &until).await.unwrap_err();
        assert!(error.is_cancelled());
    }
}
