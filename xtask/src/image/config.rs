//! Configuration of the image: how an engine starts the emulator, and what the labels say.
//!
//! The `Dockerfile` repeats it, and a test compares both.

use std::fmt;
use std::process::Command;
use std::time::Duration;

use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::blob::{Blob, sha256};
use super::root::{Root, gzip};
use crate::failure::{Context as _, Failure, Result};
use crate::process;
use crate::project::{self, VERSION};

/// Name of the published image, without a tag.
pub(super) const NAME: &str = "ghcr.io/azureai/azureai-emulator";

/// User and group of the emulator, by number, because the image has no list of users. The numbers
/// are those of `nonroot` in other minimal images.
pub(super) const USER: &str = "65532:65532";

pub(super) const ENTRYPOINT: &str = "/azureai-emulator";

/// A port of the container reaches only programs that listen on all addresses.
pub(super) const ENVIRONMENT: [(&str, &str); 2] =
    [("AZUREAI_EMULATOR_LISTEN", "0.0.0.0:8443"), ("AZUREAI_EMULATOR_BOOTSTRAP", "0.0.0.0:8080")];

/// Ports of the API, and of the certificate and the variables.
pub(super) const PORTS: [&str; 2] = ["8080/tcp", "8443/tcp"];

/// Labels that do not depend on the commit.
pub(super) const LABELS: [(&str, &str); 5] = [
    ("org.opencontainers.image.title", "azureai-emulator"),
    (
        "org.opencontainers.image.description",
        "Emulates Azure Resource Manager for offline tests of Terraform modules",
    ),
    ("org.opencontainers.image.source", "https://github.com/azureai/terraform-provider-azureai"),
    ("org.opencontainers.image.licenses", "MPL-2.0"),
    ("org.opencontainers.image.version", VERSION),
];

const GIT_TAKES: Duration = Duration::from_secs(30);

/// Commit of the tree, and the time of everything in the image.
#[derive(Debug, Clone)]
pub(super) struct Source {
    /// Commit, with `-dirty` if files differ from it. `None` outside of a repository.
    pub(super) revision: Option<String>,
    /// Seconds since 1970.
    pub(super) time: u64,
}

impl Source {
    /// Returns the commit of the tree with its time. `SOURCE_DATE_EPOCH` overrides the time, and
    /// without a repository the time is 0.
    ///
    /// # Errors
    ///
    /// Returns an error if `SOURCE_DATE_EPOCH` is not a number.
    pub(super) fn of_the_tree() -> Result<Self> {
        let revision = git(&["describe", "--always", "--abbrev=40", "--exclude=*", "--dirty"]);
        let committed = git(&["log", "-1", "--format=%ct"]);
        let time = match std::env::var("SOURCE_DATE_EPOCH") {
            Ok(text) => text.parse().context(format!("SOURCE_DATE_EPOCH is {text:?}"))?,
            Err(_) => committed.and_then(|text| text.parse().ok()).unwrap_or(0),
        };
        Ok(Self { revision, time })
    }

    /// Returns the time in the form of RFC 3339.
    fn created(&self) -> Result<String> {
        let seconds = i64::try_from(self.time).context("The time of the image")?;
        let time = OffsetDateTime::from_unix_timestamp(seconds).context("The time of the image")?;
        time.format(&Rfc3339).context("The time of the image")
    }

    /// Returns the labels with the commit.
    pub(super) fn labels(&self) -> Map<String, Value> {
        let fixed = LABELS.iter().map(|(name, value)| ((*name).to_owned(), json!(value)));
        let revision = self.revision.iter();
        let revision =
            revision.map(|it| ("org.opencontainers.image.revision".to_owned(), json!(it)));
        fixed.chain(revision).collect()
    }
}

/// Returns the output of git in the tree, or `None` without git or a repository.
fn git(args: &[&str]) -> Option<String> {
    let mut command = Command::new("git");
    let finished = process::run(command.current_dir(project::root()).args(args), GIT_TAKES, |_| {});
    let finished = finished.ok().filter(|finished| finished.code == Some(0))?;
    Some(finished.output.trim().to_owned())
}

/// Processor of an image.
#[derive(Debug, Clone)]
pub(super) struct Platform {
    architecture: &'static str,
    variant: Option<&'static str>,
}

impl Platform {
    /// Returns the platform with a name of a release, such as `linux_arm64`.
    pub(super) fn of(name: &str) -> Result<Self> {
        let (architecture, variant) = match name {
            "linux_amd64" => ("amd64", None),
            "linux_arm64" => ("arm64", Some("v8")),
            "linux_arm" => ("arm", Some("v7")),
            "linux_386" => ("386", None),
            _ => return Err(Failure::new(format!("There is no image for the platform {name}"))),
        };
        Ok(Self { architecture, variant })
    }

    /// Returns the processor's name.
    pub(super) fn name(&self) -> &'static str {
        self.architecture
    }

    /// Returns the members that describe the platform in an index and in a configuration.
    pub(super) fn members(&self) -> Map<String, Value> {
        let mut members = Map::new();
        members.insert("os".to_owned(), json!("linux"));
        members.insert("architecture".to_owned(), json!(self.architecture));
        members.extend(self.variant.map(|variant| ("variant".to_owned(), json!(variant))));
        members
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.architecture)?;
        self.variant.map_or(Ok(()), |variant| write!(f, "/{variant}"))
    }
}

/// The image of one platform.
#[derive(Debug)]
pub(super) struct Image {
    pub(super) platform: Platform,
    pub(super) layer: Blob,
    pub(super) config: Blob,
    pub(super) manifest: Blob,
}

impl Image {
    /// Creates the image of a root folder.
    pub(super) fn new(platform: Platform, root: &Root, source: &Source) -> Result<Self> {
        let archive = root.archive(source.time)?;
        let layer = Blob::new("application/vnd.oci.image.layer.v1.tar+gzip", gzip(&archive)?);
        let mut config = platform.members();
        config.extend(settings(source, &sha256(&archive))?);
        let config =
            Blob::json("application/vnd.oci.image.config.v1+json", &Value::Object(config))?;
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": config.descriptor(),
            "layers": [layer.descriptor()],
            "annotations": source.labels(),
        });
        let manifest = Blob::json("application/vnd.oci.image.manifest.v1+json", &manifest)?;
        Ok(Self { platform, layer, config, manifest })
    }
}

/// Returns the members of the configuration that do not depend on the platform.
fn settings(source: &Source, layer: &str) -> Result<Map<String, Value>> {
    let created = source.created()?;
    let environment = ENVIRONMENT.iter().map(|(name, value)| format!("{name}={value}"));
    let ports = PORTS.iter().map(|port| ((*port).to_owned(), json!({})));
    let settings = json!({
        "created": created,
        "config": {
            "User": USER,
            "ExposedPorts": ports.collect::<Map<_, _>>(),
            "Env": environment.collect::<Vec<_>>(),
            "Entrypoint": [ENTRYPOINT],
            "WorkingDir": "/",
            "StopSignal": "SIGTERM",
            "Labels": source.labels(),
        },
        "rootfs": { "type": "layers", "diff_ids": [layer] },
        "history": [{ "created": created, "created_by": "cargo xtask image" }],
    });
    let Value::Object(settings) = settings else { return Ok(Map::new()) };
    Ok(settings)
}
