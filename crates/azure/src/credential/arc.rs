//! Agent of Azure Arc. It issues a token to a client that can read a file that the agent names.
//! Only administrators and the group `himds` can read it (Azure Arc's documentation of managed
//! identities).

use super::secret::Secret;
use super::token_error::url_of;
use super::token_service::{TokenResponse, TokenService};
use crate::error::{Error, ErrorKind};
use azure_core::http::Request;
use serde_json::Value as Json;
use std::path::{Path, PathBuf};

/// Folder of the agent's files. A service that poses as the agent must not make the provider read
/// any other file.
pub(super) const FOLDER: &str = "/var/opt/azcmagent/tokens";

/// Maximum size of a key file, in bytes.
const MAX_KEY: u64 = 4096;

/// Requests a token twice: the second request carries the key from the file in `folder` that the
/// first response names.
pub(super) async fn ask(
    service: &TokenService,
    request: &mut Request,
    folder: &Path,
) -> Result<Json, Error> {
    let reply = service.send(request).await?;
    if reply.status != 401 {
        return reply.judge(request);
    }
    let key = challenged(&reply)
        .and_then(|path| key(&path, folder))
        .map_err(|why| Error::new(ErrorKind::SignIn, format!("{}: {why}.", url_of(request))))?;
    request.insert_header("authorization", format!("Basic {}", key.expose()));
    service.ask(request).await
}

fn challenged(reply: &TokenResponse) -> Result<PathBuf, String> {
    let challenge = reply.headers.get_optional_str(&"www-authenticate".into());
    let path = challenge.and_then(|text| text.strip_prefix("Basic realm="));
    let path = path.ok_or("Azure Arc's agent did not name a key file")?;
    Ok(PathBuf::from(path.trim_matches('"')))
}

fn key(path: &Path, folder: &Path) -> Result<Secret, String> {
    let shown = path.display();
    let extension = path.extension().is_some_and(|extension| extension == "key");
    if path.parent() != Some(folder) || !extension {
        return Err(format!("{shown} is not a key file in the folder of Azure Arc's agent"));
    }
    let size = std::fs::metadata(path).map(|about| about.len());
    match size.and_then(|size| Ok((size, std::fs::read_to_string(path)?))) {
        Ok((size, text)) if size <= MAX_KEY => Ok(Secret::new(text)),
        Ok(_) => Err(format!(
            "{shown} is larger than the {MAX_KEY} bytes of a key file of Azure \
                              Arc's agent"
        )),
        Err(error) => {
            Err(format!("{shown} cannot be read: {error}. Add the user to the group himds"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_key_files_of_the_agent_are_read() {
        let folder = std::env::temp_dir().join(format!("arc-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        for (name, text) in [("a.key", "k"), ("a.txt", "k"), ("b.key", &"k".repeat(5000))] {
            std::fs::write(folder.join(name), text).unwrap();
        }
        assert_eq!(key(&folder.join("a.key"), &folder).unwrap().expose(), "k");
        for path in ["a.txt", "b.key", "none.key", "../a.key"] {
            assert!(key(&folder.join(path), &folder).is_err(), "{path}");
        }
        assert!(key(Path::new("/etc/passwd"), &folder).is_err());
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
