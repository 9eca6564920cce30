//! State, logs, and processes of a world, and the report of a failed test.

use std::fs;

use serde_json::Value;

use crate::process::Finished;
use crate::world::World;

/// Number of lines of a log that a failing test prints.
const LOG_LINES: usize = 150;

impl World {
    /// Returns the state file.
    pub fn state(&self) -> Value {
        let text = fs::read_to_string(self.path("terraform.tfstate")).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// Returns the object in the state at an address such as `azureai_private_endpoint.hub` or
    /// `x.y[0]`.
    pub fn instance(&self, address: &str) -> Value {
        let (owner, index) = address.split_once('[').unwrap_or((address, "null]"));
        let index: Value = serde_json::from_str(index.trim_end_matches(']')).unwrap();
        let state = self.state();
        let resources = state["resources"].as_array().into_iter().flatten();
        let owned = resources.filter(|resource| address_of(resource) == owner);
        let instances = owned.flat_map(|resource| resource["instances"].as_array().unwrap());
        let mut wanted = instances.filter(|instance| instance["index_key"] == index);
        wanted.next().cloned().unwrap_or_default()
    }

    /// Returns the address and the ID of every managed resource in the state.
    pub fn instances(&self) -> Vec<(String, String)> {
        let state = self.state();
        let resources = state["resources"].as_array().into_iter().flatten();
        let managed = resources.filter(|resource| resource["mode"] == "managed");
        let instances = managed.flat_map(|resource| {
            let instances = resource["instances"].as_array().into_iter().flatten();
            instances.map(|instance| {
                let key = &instance["index_key"];
                let index = if key.is_null() { String::new() } else { format!("[{key}]") };
                let id = instance["attributes"]["id"].as_str().unwrap().to_owned();
                (address_of(resource) + &index, id)
            })
        });
        instances.collect()
    }

    /// Deletes the state file.
    pub fn forget_everything(&self) {
        fs::remove_file(self.path("terraform.tfstate")).unwrap();
    }

    /// Returns an attribute in the state. The path has names and numbers, as in
    /// `network_interface.0.id`.
    pub fn attribute(&self, address: &str, path: &str) -> Value {
        let instance = self.instance(address);
        path.split('.').fold(instance["attributes"].clone(), |value, step| {
            match step.parse::<usize>() {
                Ok(index) if value.is_array() => value[index].clone(),
                _ => value[step].clone(),
            }
        })
    }

    /// Returns `true` if the object is tainted: its creation failed, and Terraform will replace it.
    pub fn is_tainted(&self, address: &str) -> bool {
        self.instance(address)["status"] == "tainted"
    }

    /// Returns the report of a command: its output, the configuration, the provider's log, and the
    /// requests.
    pub fn report(&self, last: Option<&Finished>) -> String {
        let command = last.map(|last| {
            let seconds = last.time.as_secs_f64();
            let (command, code) = (&last.command, last.code);
            format!("=== {command} (code {code:?}, {seconds:.1} s) ===\n{}", last.output)
        });
        format!(
            "\n{}\n=== configuration ===\n{}\n=== provider's log ===\n{}\n=== requests ===\n{}\n",
            command.unwrap_or_default(),
            self.configuration(),
            last_lines(&self.provider_log()),
            last_lines(&self.cloud.request_lines()),
        )
    }

    fn configuration(&self) -> String {
        let files = fs::read_dir(self.path("")).unwrap().flatten().map(|entry| entry.path());
        let own = files.filter(|path| path.extension().is_some_and(|found| found == "tf"));
        own.map(|path| {
            let text = fs::read_to_string(&path).unwrap_or_default();
            format!("# {}\n{text}\n", path.display())
        })
        .collect()
    }

    /// Returns the provider's log of this world.
    pub fn provider_log(&self) -> String {
        fs::read_to_string(self.folder().join("provider.log")).unwrap_or_default()
    }

    /// Returns the IDs of the running processes that were started in this world, found by their
    /// environment.
    #[cfg(target_os = "linux")]
    pub fn processes(&self) -> Vec<String> {
        let mark = self.folder().to_str().unwrap().as_bytes();
        let environment = |id: &str| fs::read(format!("/proc/{id}/environ")).unwrap_or_default();
        let entries = fs::read_dir("/proc").unwrap().flatten();
        entries
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .filter(|id| environment(id).windows(mark.len()).any(|window| window == mark))
            .collect()
    }
}

/// Returns the address of a resource in the state, without the module and the index.
fn address_of(resource: &Value) -> String {
    let part = |name: &str| resource[name].as_str().unwrap_or_default();
    let data = if part("mode") == "data" { "data." } else { "" };
    format!("{data}{}.{}", part("type"), part("name"))
}

fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(LOG_LINES)..].join("\n")
}
