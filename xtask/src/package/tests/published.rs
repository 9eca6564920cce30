//! Publishes to a stand-in for the private registry of HCP Terraform.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::served::{Asked, Served};
use super::{Keyring, PASSPHRASE, SIGNER, release, sums};
use crate::https::Https;
use crate::project::{self, PROVIDER, VERSION};
use crate::publish::{Options, Registry};

const PROVIDERS: &str = "/api/v2/organizations/acme/registry-providers";
const KEYS: &str = "/api/registry/private/v2/gpg-keys";
const TOKEN: &str = "a-token-of-the-team";

/// State of the stand-in: documents by address, and the uploads.
#[derive(Default)]
struct There {
    documents: BTreeMap<String, Value>,
    uploads: BTreeMap<String, Vec<u8>>,
}

/// Returns the address of a new document below the address of the `POST`, and the uploads that the
/// document asks for.
fn place(path: &str, attributes: &Value) -> Option<(String, &'static [&'static str])> {
    let text = |name: &str| attributes[name].as_str().unwrap_or_default().to_owned();
    if path == PROVIDERS {
        return Some((format!("{path}/private/acme/{}", text("name")), &[]));
    }
    if path == KEYS {
        return Some((format!("{path}/{}", text("namespace")), &[]));
    }
    if path.ends_with("/versions") {
        let uploads = &["shasums-upload", "shasums-sig-upload"];
        return Some((format!("{path}/{}", text("version")), uploads));
    }
    let place = format!("{path}/{}/{}", text("os"), text("arch"));
    path.ends_with("/platforms").then_some((place, &["provider-binary-upload"]))
}

fn answer(asked: &Asked, there: &mut There) -> (u16, Vec<u8>) {
    let mut words = asked.line.split(' ');
    let (method, path) = (words.next().unwrap(), words.next().unwrap());
    let host = asked.head.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    if let ("PUT", Some(name)) = (method, path.strip_prefix("/upload/")) {
        assert!(!asked.head.contains("authorization"), "the token is for the registry alone");
        there.uploads.insert(name.to_owned(), asked.body.clone());
        return (200, Vec::new());
    }
    if !asked.head.contains(&format!("authorization: bearer {TOKEN}")) {
        return (401, b"{\"errors\":[{\"status\":\"401\"}]}".to_vec());
    }
    let path = path.split('?').next().unwrap();
    if method == "GET" && path == KEYS {
        let keys = there.documents.iter().filter(|(place, _)| place.starts_with(KEYS));
        let keys: Vec<&Value> = keys.map(|(_, document)| &document["data"]).collect();
        return (200, json!({ "data": keys }).to_string().into_bytes());
    }
    if method == "GET" {
        return match there.documents.get(path) {
            Some(document) => (200, document.to_string().into_bytes()),
            None => (404, b"{\"errors\":[{\"status\":\"404\"}]}".to_vec()),
        };
    }
    assert!(asked.head.contains("content-type: application/vnd.api+json"), "{}", asked.head);
    let mut document: Value = serde_json::from_slice(&asked.body).unwrap();
    let (place, uploads) = place(path, &document["data"]["attributes"]).unwrap();
    document["data"]["attributes"]["key-id"] = json!("32966F3FB5AC1129");
    let id = place.replace(['/', '.'], "-");
    for link in uploads {
        document["data"]["links"][link] = json!(format!("https://{host}/upload/{link}{id}?sig=1"));
    }
    let said = document.to_string().into_bytes();
    there.documents.insert(place, document);
    (201, said)
}

fn start(folder: &Path) -> (Served, Arc<Mutex<There>>) {
    let there = Arc::new(Mutex::new(There::default()));
    let shared = there.clone();
    let server = Served::new(folder, move |asked| answer(asked, &mut shared.lock().unwrap()));
    (server, there)
}

fn registry(server: &Served, folder: &Path, token: &str) -> Registry {
    let options = Options {
        organization: "acme".to_owned(),
        public_key: folder.join("key.asc"),
        dist: folder.to_owned(),
        host: server.url.trim_start_matches("https://").to_owned(),
    };
    let https = Https::new(Some(&server.authority)).unwrap();
    Registry { https, token: token.to_owned(), options }
}

#[test]
fn publish_uploads_a_release_and_can_be_repeated() {
    let folder = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(release()).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
    }
    let (server, there) = start(folder.path());
    let registry = registry(&server, folder.path(), TOKEN);
    let failure = registry.publish().unwrap_err().to_string();
    assert!(failure.contains("SHA256SUMS.sig is missing"), "{failure}");

    let Some(keyring) = Keyring::new() else { return };
    let public = keyring.gpg(&["--armor", "--export", SIGNER]);
    std::fs::write(folder.path().join("key.asc"), public).unwrap();
    let summed = folder.path().join(format!("{PROVIDER}_{VERSION}_SHA256SUMS"));
    sums::sign(&summed, &keyring.private_key(), PASSPHRASE).unwrap();
    registry.publish().unwrap();
    let made = there.lock().unwrap().documents.clone();
    let platform = project::platform().replace('_', "/");
    let own = format!("{PROVIDERS}/private/acme/azureai");
    let version = format!("{own}/versions/{VERSION}");
    let platform = format!("{version}/platforms/{platform}");
    let wanted = [format!("{KEYS}/acme"), own, version.clone(), platform.clone()];
    assert!(made.keys().eq(&wanted), "{:?}", made.keys());
    let attributes = &made[&version]["data"]["attributes"];
    assert_eq!(attributes["key-id"], "32966F3FB5AC1129");
    assert_eq!(attributes["protocols"], json!(["5.0"]));
    let archive = folder.path().join(format!("{PROVIDER}_{VERSION}_{}.zip", project::platform()));
    let sum = sums::sha256(&archive).unwrap();
    assert_eq!(made[&platform]["data"]["attributes"]["shasum"], sum);
    let sizes: Vec<usize> = there.lock().unwrap().uploads.values().map(Vec::len).collect();
    assert_eq!(sizes.len(), 3, "the sums, their signature, and an archive");

    // The second publication creates nothing.
    registry.publish().unwrap();
    assert_eq!(there.lock().unwrap().documents, made);
}

#[test]
fn publish_reports_the_answer_without_the_token() {
    let folder = tempfile::tempdir().unwrap();
    let (server, _) = start(folder.path());
    let registry = registry(&server, folder.path(), "another-token");
    for name in ["SHA256SUMS", "SHA256SUMS.sig"] {
        std::fs::write(folder.path().join(format!("{PROVIDER}_{VERSION}_{name}")), "x").unwrap();
    }
    let failure = registry.publish().unwrap_err().to_string();
    assert!(failure.contains("answered 401"), "{failure}");
    assert!(!failure.contains("another-token"), "{failure}");
}
