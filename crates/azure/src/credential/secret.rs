//! Secrets and their sources.

use crate::error::{Error, ErrorKind};
use std::fmt;
use std::path::PathBuf;
use zeroize::Zeroizing;

/// Text that is never printed and whose memory is overwritten when it is dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Wraps a text as a secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// Returns the text.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("***")
    }
}

/// Source of a secret: a value, or a file. The file is read for each use, because its writer
/// replaces the secret before it expires.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretSource {
    /// Value in memory.
    Value(Secret),
    /// File that contains the secret. Surrounding white space is removed.
    File(PathBuf),
}

impl SecretSource {
    /// Returns the current secret.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::SignIn`] if the file cannot be read or is empty.
    pub fn read(&self) -> Result<Secret, Error> {
        let path = match self {
            Self::Value(secret) => return Ok(secret.clone()),
            Self::File(path) => path,
        };
        let refuse = |why: &str| {
            Error::new(ErrorKind::SignIn, format!("The file {} {why}.", path.display()))
        };
        let text = std::fs::read_to_string(path)
            .map(Zeroizing::new)
            .map_err(|error| refuse(&format!("cannot be read: {error}")))?;
        match text.trim() {
            "" => Err(refuse("is empty")),
            secret => Ok(Secret::new(secret)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_printed() {
        let secret = Secret::new("hush");
        assert_eq!(
            format!("{secret:?} {:?}", SecretSource::Value(secret.clone())),
            "*** Value(***)"
        );
        assert_eq!(secret.expose(), "hush");
    }

    #[test]
    fn a_file_is_read_for_each_use_and_trimmed() {
        let file = std::env::temp_dir().join(format!("azure-secret-{}", std::process::id()));
        let source = SecretSource::File(file.clone());
        for text in ["one", "two"] {
            std::fs::write(&file, format!("\n {text}\n")).unwrap();
            assert_eq!(source.read().unwrap().expose(), text);
        }
        std::fs::write(&file, " \n").unwrap();
        assert!(source.read().unwrap_err().to_string().contains("is empty"));
        std::fs::remove_file(&file).unwrap();
        assert!(source.read().unwrap_err().to_string().contains("cannot be read"));
    }
}
