//! Installs the provider in each way that users can, with the real Terraform.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;

use super::provider_archive;
use super::registry::Registry;
use super::served::Served;
use crate::process::{self, Finished};
use crate::project::{self, SOURCE, VERSION};

const CONFIGURATION: &str = r#"
terraform {
  required_providers {
    azureai = { source = "azureai/azureai" }
  }
}
output "zones" {
  value = provider::azureai::private_dns_zone_names(
    "Microsoft.MachineLearningServices/workspaces", "amlworkspace", "public",
  )
}
"#;

/// A user with a home folder, a configuration, and Terraform's settings.
struct User {
    home: TempDir,
    /// Address of the provider in the configuration.
    source: String,
    more: BTreeMap<&'static str, String>,
}

impl User {
    /// Creates a user with these provider installation settings.
    fn new(installation: &str) -> Self {
        Self::of(SOURCE, installation)
    }

    /// Creates a user whose configuration names the provider by this address.
    fn of(source: &str, installation: &str) -> Self {
        let (home, source) = (tempfile::tempdir().unwrap(), source.to_owned());
        let user = Self { home, source, more: BTreeMap::new() };
        fs::create_dir(user.repository()).unwrap();
        let configuration = CONFIGURATION.replace(SOURCE, &user.source);
        fs::write(user.repository().join("main.tf"), configuration).unwrap();
        let text = format!("disable_checkpoint = true\n{installation}\n");
        fs::write(user.home.path().join("terraform.rc"), text).unwrap();
        user
    }

    fn repository(&self) -> PathBuf {
        self.home.path().join("repository")
    }

    fn trust(&mut self, server: &Served) {
        self.more.insert("SSL_CERT_FILE", server.authority.display().to_string());
    }

    fn attempt(&self, args: &[&str]) -> Finished {
        let mut command = Command::new("terraform");
        command.current_dir(self.repository()).args(args).env_clear();
        command.envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
        command.env("HOME", self.home.path());
        command.env("TF_CLI_CONFIG_FILE", self.home.path().join("terraform.rc"));
        command.env("TF_CLI_ARGS", "-no-color");
        command.envs(&self.more);
        process::run(&mut command, Duration::from_secs(120), |_| {}).unwrap()
    }

    fn terraform(&self, args: &[&str]) -> String {
        let finished = self.attempt(args);
        assert_eq!(finished.code, Some(0), "terraform {args:?}:\n{}", finished.output);
        finished.output
    }

    /// Runs `terraform init`, uses the provider, and runs `terraform init` again with the lock
    /// file.
    fn can_work(&self) {
        let said = self.terraform(&["init", "-input=false"]);
        assert!(said.contains(&format!("Installed {} v{VERSION}", self.source)), "{said}");
        let lock = fs::read_to_string(self.repository().join(".terraform.lock.hcl")).unwrap();
        let host = if self.source == SOURCE { "registry.terraform.io/" } else { "" };
        assert!(lock.contains(&format!("provider \"{host}{}\"", self.source)), "{lock}");
        assert!(lock.contains("\"h1:"), "{lock}");
        self.terraform(&["validate"]);
        let said = self.terraform(&["apply", "-auto-approve", "-input=false"]);
        assert!(said.contains("privatelink.notebooks.azure.net"), "{said}");
        fs::remove_dir_all(self.repository().join(".terraform")).unwrap();
        self.terraform(&["init", "-input=false", "-lockfile=readonly"]);
    }
}

/// Returns a folder in which Terraform finds the packaged provider.
fn mirror(folder: &Path) -> PathBuf {
    let place = folder.join("registry.terraform.io").join(SOURCE);
    fs::create_dir_all(&place).unwrap();
    let archive = provider_archive();
    fs::copy(&archive, place.join(archive.file_name().unwrap())).unwrap();
    folder.to_owned()
}

fn filesystem_mirror(folder: &Path) -> String {
    format!(
        "provider_installation {{\n  filesystem_mirror {{ path = \"{}\" }}\n}}",
        folder.display()
    )
}

#[test]
fn installs_from_a_filesystem_mirror() {
    let folder = tempfile::tempdir().unwrap();
    User::new(&filesystem_mirror(&mirror(folder.path()))).can_work();
}

/// A repository that includes the provider, for HCP Terraform.
#[test]
fn installs_from_the_repository() {
    let user = User::new("");
    mirror(&user.repository().join("terraform.d/plugins"));
    user.can_work();
}

/// The unpacked provider in the plugin folder, as after `cargo xtask install`, by the address that
/// `azureai/azureai` means to Terraform, and by the address that it means to OpenTofu. Terraform
/// installs both here. OpenTofu searches the same folder for the same layout (its
/// `cmd/tofu/provider_source.go` and `internal/getproviders/filesystem_search.go`), but no OpenTofu
/// runs in this test.
#[test]
fn installs_from_the_plugin_folder_by_the_address_of_either_registry() {
    let provider = project::build(false).unwrap().provider;
    for source in [SOURCE, &format!("registry.opentofu.org/{SOURCE}")] {
        let user = User::of(source, "");
        let plugins = user.home.path().join(".terraform.d/plugins");
        let installed = project::fill_mirror(&plugins, &provider).unwrap();
        for (file, registry) in installed.iter().zip(project::REGISTRIES) {
            assert!(file.starts_with(plugins.join(registry).join(SOURCE)), "{}", file.display());
        }
        user.can_work();
    }
}

/// Writes the documents of a network mirror, as `terraform providers mirror` does.
fn network_mirror(folder: &Path) -> PathBuf {
    let place = mirror(folder).join("registry.terraform.io").join(SOURCE);
    let name = provider_archive().file_name().unwrap().to_string_lossy().into_owned();
    let index = json!({"versions": {VERSION: {}}});
    let archives = json!({"archives": {project::platform(): {"url": name}}});
    fs::write(place.join("index.json"), index.to_string()).unwrap();
    fs::write(place.join(format!("{VERSION}.json")), archives.to_string()).unwrap();
    folder.to_owned()
}

#[test]
fn installs_from_a_network_mirror() {
    let folder = tempfile::tempdir().unwrap();
    let server = Served::folder(&network_mirror(folder.path()), folder.path());
    let url = format!("{}/", server.url);
    let network = format!("provider_installation {{\n  network_mirror {{ url = \"{url}\" }}\n}}");
    let mut user = User::new(&network);
    user.trust(&server);
    let platform = format!("-platform={}", project::platform());
    user.terraform(&["providers", "lock", &format!("-net-mirror={url}"), &platform]);
    user.can_work();
    assert!(server.asked.try_iter().any(|asked| asked.line.contains(".zip")));
}

/// Installs from a private registry, where Terraform checks the signature and the checksums. A
/// second user installs from the mirror that Terraform writes of it.
#[test]
fn installs_from_a_registry_and_from_its_mirror() {
    let Some(registry) = Registry::start() else { return };
    let mut keeper = User::new("");
    keeper.trust(&registry.server);
    let host = registry.server.url.trim_start_matches("https://");
    let configuration =
        CONFIGURATION.replace("azureai/azureai", &format!("{host}/azureai/azureai"));
    fs::write(keeper.repository().join("main.tf"), &configuration).unwrap();
    let said = keeper.terraform(&["init", "-input=false"]);
    assert!(said.contains(&format!("(self-signed, key ID {})", registry.key_id)), "{said}");
    keeper.terraform(&["apply", "-auto-approve", "-input=false"]);
    let folder = keeper.home.path().join("mirrored");
    keeper.terraform(&["providers", "mirror", folder.to_str().unwrap()]);

    let user = User::new(&filesystem_mirror(&folder));
    fs::write(user.repository().join("main.tf"), &configuration).unwrap();
    let lock = ".terraform.lock.hcl";
    fs::copy(keeper.repository().join(lock), user.repository().join(lock)).unwrap();
    user.terraform(&["init", "-input=false", "-lockfile=readonly"]);
    user.terraform(&["validate"]);
}

#[test]
fn init_refuses_an_archive_that_differs_from_the_lock_file() {
    let folder = tempfile::tempdir().unwrap();
    let user = User::new(&filesystem_mirror(&mirror(folder.path())));
    let locked = format!("-fs-mirror={}", folder.path().display());
    let platform = format!("-platform={}", project::platform());
    user.terraform(&["providers", "lock", &locked, &platform]);
    let place = folder.path().join("registry.terraform.io").join(SOURCE);
    let archive = place.join(provider_archive().file_name().unwrap());
    let other = folder.path().join("other");
    fs::write(&other, "#!/bin/sh\n").unwrap();
    let name = format!("terraform-provider-azureai_v{VERSION}");
    super::archive::write(&archive, &name, &other, &[]).unwrap();
    let finished = user.attempt(&["init", "-input=false"]);
    assert_eq!(finished.code, Some(1), "{}", finished.output);
    let said = finished.output.replace('\n', " ");
    assert!(said.contains("doesn't match any of the checksums"), "{said}");
}
