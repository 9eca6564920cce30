//! A machine of its own for one test: a network with a loopback interface only, names of hosts, and
//! the image's root folder, read-only.
//!
//! There the emulator can listen on all addresses at its fixed ports, and no other test or machine
//! reaches it.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use super::{Fixture, texts};
use crate::process::{self, Finished};
use crate::project;

const TAKES: Duration = Duration::from_secs(300);

/// Namespaces of a stage. The end of the first process ends all others.
const APART: [&str; 7] =
    ["--map-root-user", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];

const MODULE: &str = r#"
terraform {
  required_providers {
    azureai = { source = "azureai/azureai" }
  }
}

variable "group" {
  default = "/subscriptions/5a1ec0de-0000-4000-8000-00000000a1a1/resourceGroups/rg-ai"
}

resource "azureai_private_dns_zone" "api" {
  name                = "privatelink.api.azureml.ms"
  resource_group_name = "rg-ai"
}

resource "azureai_private_dns_zone_virtual_network_link" "api" {
  name                = "link-vnet-ai"
  private_dns_zone_id = azureai_private_dns_zone.api.id
  virtual_network_id  = "${var.group}/providers/Microsoft.Network/virtualNetworks/vnet-ai"
}

output "zone" {
  value = azureai_private_dns_zone.api.id
}
"#;

const MODULE_TEST: &str = r#"
run "the_zone_is_in_the_group" {
  assert {
    condition     = startswith(output.zone, "${var.group}/providers/")
    error_message = "The zone is elsewhere."
  }
}
"#;

/// A folder with a module, Terraform's settings, and programs for the scripts of a test.
pub(super) struct Stage {
    folder: TempDir,
}

impl Stage {
    /// Creates a stage, or returns `None` if the system does not permit namespaces, and says so.
    pub(super) fn new() -> Option<Self> {
        let mut command = Command::new("unshare");
        command.args(APART).args(["ip", "link", "set", "lo", "up"]);
        let tried = process::run(&mut command, TAKES, |_| {});
        if !tried.as_ref().is_ok_and(|finished| finished.code == Some(0)) {
            let why = format!("the image, since unshare or ip fail on this system: {tried:?}");
            crate::screen::not_tested(&why);
            return None;
        }
        let stage = Self { folder: tempfile::tempdir().unwrap() };
        stage.file("hosts", "127.0.0.1 localhost emulator\n");
        stage.file("module/main.tf", MODULE);
        stage.file("module/tests/zone.tftest.hcl", MODULE_TEST);
        let mirror = stage.path("mirror");
        project::fill_mirror(Path::new(&mirror), &Fixture::get().programs.provider).unwrap();
        let rc =
            format!("provider_installation {{\n  filesystem_mirror {{ path = \"{mirror}\" }}\n}}");
        stage.file("terraform.rc", &rc);
        stage.program("run-image", &run_image());
        Some(stage)
    }

    /// Returns the path of a file of the stage.
    pub(super) fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// Writes a file.
    pub(super) fn file(&self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Writes a program that scripts find on the PATH.
    pub(super) fn program(&self, name: &str, text: &str) {
        self.file(&format!("bin/{name}"), text);
        project::make_executable(Path::new(&self.path(&format!("bin/{name}")))).unwrap();
    }

    /// Runs a script on the machine, in the folder of the module.
    pub(super) fn attempt(&self, script: &str) -> Finished {
        let root = Fixture::get().root().display().to_string();
        let opening = format!(
            "set -eu\n\
             ip link set lo up\n\
             mount --bind {hosts} /etc/hosts\n\
             mount --bind {root} {root}\n\
             mount -o remount,bind,ro,nosuid,nodev {root}\n\
             cd {module}\n",
            hosts = self.path("hosts"),
            module = self.path("module"),
        );
        self.file("script.sh", &(opening + script));
        let mut command = Command::new("unshare");
        command.args(APART).args(["sh", &self.path("script.sh")]).env_clear();
        let path = std::env::var("PATH").unwrap();
        command.env("PATH", format!("{}:{path}", self.path("bin")));
        command.env("HOME", self.path("home"));
        command.env("TF_CLI_CONFIG_FILE", self.path("terraform.rc"));
        command.env("TF_CLI_ARGS", "-no-color").env("CHECKPOINT_DISABLE", "1");
        process::run(&mut command, TAKES, |_| {}).unwrap()
    }

    /// Runs a script that must succeed, and returns its output.
    pub(super) fn run(&self, script: &str) -> String {
        let finished = self.attempt(script);
        let log = fs::read_to_string(self.path("emulator.log")).unwrap_or_default();
        let output = &finished.output;
        assert_eq!(finished.code, Some(0), "{script}\n{output}\nThe emulator said:\n{log}");
        finished.output
    }
}

/// Returns a program that starts the image as its configuration says: `run-image [NAME=VALUE ..] --
/// [OPTION ..]`.
fn run_image() -> String {
    let whole = Fixture::get().config();
    let config: &Value = &whole["config"];
    let user = config["User"].as_str().unwrap();
    let (user, group) = user.split_once(':').unwrap();
    format!(
        "#!/bin/sh\n\
         variables=\n\
         while [ \"$1\" != -- ]; do variables=\"$variables $1\"; shift; done\n\
         shift\n\
         exec env -i PATH=\"$PATH\" {environment} $variables unshare --map-user={user} \
         --map-group={group} --root={root} --wd={folder} {program} \"$@\"\n",
        environment = texts(&config["Env"]).join(" "),
        root = Fixture::get().root().display(),
        folder = config["WorkingDir"].as_str().unwrap(),
        program = texts(&config["Entrypoint"]).join(" "),
    )
}
