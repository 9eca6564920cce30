//! Texts that are never shown, and where they are read from.

use crate::error::{Error, ErrorKind};
use std::fmt;
use std::path::PathBuf;
use zeroize::Zeroizing;

/// A text that is never shown, and whose memory is overwritten when it is dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Hides a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("***")
    }
}

/// Where a secret is: in memory, or in a file that is read anew each time, because whoever writes
/// such files writes them again before the secret expires.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretSource {
    /// In memory.
    Value(Secret),
    /// In a file, with white space around it.
    File(PathBuf),
}

impl SecretSource {
    /// The secret as it is now.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SignIn`] when its file cannot be read, or says nothing.
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
    fn a_secret_is_never_shown() {
        let secret = Secret::new("hush");
        assert_eq!(
            format!("{secret:?} {:?}", SecretSource::Value(secret.clone())),
            "*** Value(***)"
        );
        assert_eq!(secret.expose(), "hush");
    }

    #[test]
    fn a_file_is_read_anew_and_trimmed() {
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
