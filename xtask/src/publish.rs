//! `cargo xtask publish`: publishes a release to an organization's private registry in HCP
//! Terraform, with its API. It skips what already exists, so that an interrupted publication can be
//! repeated.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::failure::{Context as _, Failure, Result};
use crate::https::{Answer, Https};
use crate::package::{files, protocols, sha256};
use crate::project::{self, PROVIDER, VERSION};
use crate::screen;

/// Media type of the API's documents.
const JSON_API: &str = "application/vnd.api+json";

/// Name of the provider within its namespace.
const NAME: &str = "azureai";

/// Options of the command.
#[derive(Clone, Debug, Args)]
pub(crate) struct Options {
    /// Organization that owns the private registry
    #[arg(long, value_name = "NAME")]
    pub(crate) organization: String,
    /// ASCII-armored public key of the release's signature
    #[arg(long, value_name = "FILE")]
    pub(crate) public_key: PathBuf,
    /// Folder with the files that `cargo xtask package` wrote and signed
    #[arg(long, value_name = "FOLDER", default_value = "target/dist")]
    pub(crate) dist: PathBuf,
    /// Host name of the registry
    #[arg(long, value_name = "HOST", default_value = "app.terraform.io")]
    pub(crate) host: String,
}

/// Publishes with the token from the environment variable `TFE_TOKEN`.
pub(crate) fn run(options: &Options) -> Result<()> {
    let token = std::env::var("TFE_TOKEN").context(
        "TFE_TOKEN is not set. Set it to a token of a team or user that manages the registry",
    )?;
    let dist = project::root().join(&options.dist);
    let options = Options { dist, ..options.clone() };
    Registry { https: Https::new(None)?, token, options }.publish()
}

/// Private registry of an organization.
pub(crate) struct Registry {
    pub(crate) https: Https,
    pub(crate) token: String,
    pub(crate) options: Options,
}

impl Registry {
    /// Creates the provider, the key, the version and the platforms, each if it does not exist.
    pub(crate) fn publish(&self) -> Result<()> {
        let dist = &self.options.dist;
        let sums = dist.join(format!("{PROVIDER}_{VERSION}_SHA256SUMS"));
        let signature = PathBuf::from(format!("{}.sig", sums.display()));
        let archives = files(dist, &format!("{PROVIDER}_{VERSION}_"), ".zip")?;
        for file in [&sums, &signature] {
            if !file.exists() {
                let text = format!(
                    "{} is missing. Set GPG_PRIVATE_KEY and run `cargo xtask package`",
                    file.display()
                );
                return Err(Failure::new(text));
            }
        }
        screen::step(&format!("publishing {NAME} {VERSION} to {}", self.address()));
        self.ensure_provider()?;
        let key_id = self.key_id()?;
        let version = self.version(&key_id)?;
        self.upload(&version, "shasums-upload", &sums)?;
        self.upload(&version, "shasums-sig-upload", &signature)?;
        for archive in &archives {
            let platform = self.platform(archive)?;
            self.upload(&platform, "provider-binary-upload", archive)?;
        }
        println!("\nThe organization's configurations can now use source = \"{}\"", self.address());
        Ok(())
    }

    fn address(&self) -> String {
        format!("{}/{}/{NAME}", self.options.host, self.options.organization)
    }

    fn providers(&self) -> String {
        format!("/api/v2/organizations/{}/registry-providers", self.options.organization)
    }

    fn provider(&self) -> String {
        format!("{}/private/{}/{NAME}", self.providers(), self.options.organization)
    }

    fn ask(&self, method: Method, path: &str, document: Option<&Value>) -> Result<Answer> {
        let url = format!("https://{}{path}", self.options.host);
        let request = self.https.client().request(method, url).bearer_auth(&self.token);
        let request = request.header("Content-Type", JSON_API);
        self.https.ask(match document {
            Some(document) => request.body(document.to_string()),
            None => request,
        })
    }

    /// Reads the document at an address, or creates it if it does not exist.
    fn ensure(&self, address: &str, parent: &str, document: &Value) -> Result<Value> {
        let there = self.ask(Method::GET, address, None)?;
        if there.status != StatusCode::NOT_FOUND {
            return there.document();
        }
        self.ask(Method::POST, parent, Some(document))?.document()
    }

    fn ensure_provider(&self) -> Result<()> {
        let attributes = json!({
            "name": NAME,
            "namespace": self.options.organization,
            "registry-name": "private",
        });
        let document = json!({"data": {"type": "registry-providers", "attributes": attributes}});
        self.ensure(&self.provider(), &self.providers(), &document).map(|_| ())
    }

    fn key_id(&self) -> Result<String> {
        const KEYS: &str = "/api/registry/private/v2/gpg-keys";
        let file = &self.options.public_key;
        let armour = fs::read_to_string(file).context(format!("Cannot read {}", file.display()))?;
        let namespace = &self.options.organization;
        let listed = format!("{KEYS}?filter%5Bnamespace%5D={namespace}");
        let listed = self.ask(Method::GET, &listed, None)?.document()?;
        let mut keys = listed["data"].as_array().into_iter().flatten();
        let same = |key: &&Value| {
            let there = key["attributes"]["ascii-armor"].as_str().unwrap_or_default();
            there.trim() == armour.trim()
        };
        let key = match keys.find(same) {
            Some(key) => key.clone(),
            None => {
                let attributes = json!({"namespace": namespace, "ascii-armor": armour});
                let document = json!({"data": {"type": "gpg-keys", "attributes": attributes}});
                self.ask(Method::POST, KEYS, Some(&document))?.document()?["data"].clone()
            }
        };
        let id = key["attributes"]["key-id"].as_str().map(str::to_owned);
        id.context("The registry returned no ID for the key")
    }

    fn version(&self, key_id: &str) -> Result<Value> {
        let protocols = protocols()?;
        let attributes = json!({"version": VERSION, "key-id": key_id, "protocols": protocols});
        let ty = "registry-provider-versions";
        let document = json!({"data": {"type": ty, "attributes": attributes}});
        let parent = format!("{}/versions", self.provider());
        self.ensure(&format!("{parent}/{VERSION}"), &parent, &document)
    }

    fn platform(&self, archive: &Path) -> Result<Value> {
        let name = archive.file_name().unwrap_or_default().to_string_lossy();
        let platform = name.trim_end_matches(".zip").rsplit_once(&format!("{VERSION}_"));
        let platform = platform.and_then(|(_, platform)| platform.split_once('_'));
        let (os, arch) = platform.context(format!("The file name {name} has no platform"))?;
        let attributes =
            json!({"os": os, "arch": arch, "shasum": sha256(archive)?, "filename": name});
        let ty = "registry-provider-version-platforms";
        let document = json!({"data": {"type": ty, "attributes": attributes}});
        let parent = format!("{}/versions/{VERSION}/platforms", self.provider());
        self.ensure(&format!("{parent}/{os}/{arch}"), &parent, &document)
    }

    /// Uploads a file to the URL that a document names. Without a URL, the file is already there.
    /// The URL is signed and belongs to another service, so the request has no token.
    fn upload(&self, document: &Value, link: &str, file: &Path) -> Result<()> {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let Some(url) = document["data"]["links"][link].as_str() else {
            screen::aside(&format!("{name} is already there"));
            return Ok(());
        };
        let bytes = fs::read(file).context(format!("Cannot read {}", file.display()))?;
        self.https.ask(self.https.client().put(url).body(bytes))?.success()?;
        screen::aside(&format!("{name} uploaded"));
        Ok(())
    }
}
