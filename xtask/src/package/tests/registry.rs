//! A stand-in for a private provider registry, limited to the requests that Terraform sends.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::served::{Asked, Served};
use super::{Keyring, PASSPHRASE, SIGNER, release, sums};
use crate::project::{self, PROVIDER, VERSION};

/// A running registry with one signed release.
pub(super) struct Registry {
    pub(super) server: Served,
    pub(super) key_id: String,
    _folder: TempDir,
}

impl Registry {
    /// Starts the registry, or returns `None` if nothing can be signed.
    pub(super) fn start() -> Option<Self> {
        let keyring = Keyring::new()?;
        let folder = tempfile::tempdir().unwrap();
        for entry in fs::read_dir(release()).unwrap() {
            let path = entry.unwrap().path();
            fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
        }
        let summed = folder.path().join(format!("{PROVIDER}_{VERSION}_SHA256SUMS"));
        sums::sign(&summed, &keyring.private_key(), PASSPHRASE).unwrap();
        let public = keyring.gpg(&["--armor", "--export", SIGNER]);
        let listed = keyring.gpg(&["--with-colons", "--list-keys", SIGNER]);
        let key = listed.lines().find(|line| line.starts_with("pub:")).unwrap();
        let key_id = key.split(':').nth(4).unwrap().to_owned();
        let (files, id) = (folder.path().to_owned(), key_id.clone());
        let server = Served::new(folder.path(), move |asked| answer(asked, &files, &id, &public));
        Some(Self { server, key_id, _folder: folder })
    }
}

fn answer(asked: &Asked, files: &Path, key_id: &str, key: &str) -> (u16, Vec<u8>) {
    let path = asked.line.split(' ').nth(1).unwrap_or_default();
    if path == "/.well-known/terraform.json" {
        return found(&json!({"providers.v1": "/v1/providers/"}));
    }
    if let Some(file) = path.strip_prefix("/files/") {
        return (200, fs::read(files.join(file)).unwrap());
    }
    let Some(route) = path.strip_prefix("/v1/providers/azureai/azureai/") else {
        return (404, Vec::new());
    };
    match route.split('/').collect::<Vec<_>>()[..] {
        ["versions"] => {
            let manifest = files.join(format!("{PROVIDER}_{VERSION}_manifest.json"));
            let manifest: Value = serde_json::from_slice(&fs::read(manifest).unwrap()).unwrap();
            let protocols = &manifest["metadata"]["protocol_versions"];
            let (os, arch) = split_platform();
            let platforms = json!([{"os": os, "arch": arch}]);
            let version =
                json!({"version": VERSION, "protocols": protocols, "platforms": platforms});
            found(&json!({ "versions": [version] }))
        }
        [VERSION, "download", os, arch] => {
            let name = format!("{PROVIDER}_{VERSION}_{os}_{arch}.zip");
            let sums = format!("/files/{PROVIDER}_{VERSION}_SHA256SUMS");
            let keys = json!([{"key_id": key_id, "ascii_armor": key}]);
            found(&json!({
                "protocols": ["5.0"],
                "os": os,
                "arch": arch,
                "filename": name,
                "download_url": format!("/files/{name}"),
                "shasum": sums::sha256(&files.join(&name)).unwrap(),
                "shasums_url": sums,
                "shasums_signature_url": format!("{sums}.sig"),
                "signing_keys": {"gpg_public_keys": keys},
            }))
        }
        _ => (404, Vec::new()),
    }
}

fn split_platform() -> (String, String) {
    let platform = project::platform();
    let (os, arch) = platform.split_once('_').unwrap();
    (os.to_owned(), arch.to_owned())
}

fn found(document: &Value) -> (u16, Vec<u8>) {
    (200, document.to_string().into_bytes())
}
