//! A part of an image, which its digest names.

use aws_lc_rs::digest::{SHA256, digest};
use serde_json::{Value, json};

use crate::failure::{Context as _, Result};

/// Content with its media type and digest.
#[derive(Debug, Clone)]
pub(super) struct Blob {
    pub(super) media_type: &'static str,
    pub(super) bytes: Vec<u8>,
    /// `sha256:` and the digest in hexadecimal.
    pub(super) digest: String,
}

impl Blob {
    pub(super) fn new(media_type: &'static str, bytes: Vec<u8>) -> Self {
        let digest = sha256(&bytes);
        Self { media_type, bytes, digest }
    }

    /// Returns the blob of a JSON document.
    pub(super) fn json(media_type: &'static str, document: &Value) -> Result<Self> {
        let bytes = serde_json::to_vec(document).context("Cannot write a part of the image")?;
        Ok(Self::new(media_type, bytes))
    }

    /// Returns the object by which another part refers to this one.
    pub(super) fn descriptor(&self) -> Value {
        json!({
            "mediaType": self.media_type,
            "digest": self.digest,
            "size": self.bytes.len(),
        })
    }

    /// Returns the path in an image layout.
    pub(super) fn path(&self) -> String {
        format!("blobs/{}", self.digest.replace(':', "/"))
    }
}

/// Returns the digest in the form of a descriptor.
pub(super) fn sha256(bytes: &[u8]) -> String {
    let sum = digest(&SHA256, bytes);
    let hex = sum.as_ref().iter().map(|byte| format!("{byte:02x}"));
    format!("sha256:{}", hex.collect::<String>())
}
