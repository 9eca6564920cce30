//! Starts the emulator as a separate process and sends requests to it.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::failure::{Context as _, Failure, Result};
use crate::https::Https;
use crate::process;

const START: Duration = Duration::from_secs(30);
const BETWEEN_LOOKS: Duration = Duration::from_millis(5);

/// A running emulator. Dropping it stops the process.
#[derive(Debug)]
pub(crate) struct Emulator {
    child: Option<Child>,
    ready: Value,
}

impl Emulator {
    /// Starts the program on a free port, with its files in `folder`, and waits until it answers.
    pub(crate) fn start(program: &Path, folder: &Path, outlives_us: bool) -> Result<Self> {
        Self::start_with(program, folder, &[], outlives_us)
    }

    /// Starts the program with more command-line options.
    pub(crate) fn start_with(
        program: &Path,
        folder: &Path,
        options: &[&str],
        outlives_us: bool,
    ) -> Result<Self> {
        let ready_file = folder.join("emulator.json");
        let log = folder.join("emulator.log");
        let output = File::create(&log).context(format!("Making {}", log.display()))?;
        let errors = output.try_clone().context(format!("Opening {}", log.display()))?;
        let mut command = Command::new(program);
        command.args(["--listen", "127.0.0.1:0", "--ready-file"]).arg(&ready_file);
        command.arg("--ca-file").arg(folder.join("ca.pem")).args(options);
        command.stdin(Stdio::null()).stdout(output).stderr(errors);
        if outlives_us {
            detach(&mut command);
        }
        let child = command.spawn().context(format!("Starting {}", program.display()))?;
        let mut emulator = Self { child: Some(child), ready: Value::Null };
        emulator.ready = emulator.wait(&ready_file).map_err(|failure| {
            failure
                .with("Output of the emulator", &std::fs::read_to_string(&log).unwrap_or_default())
        })?;
        Ok(emulator)
    }

    /// Returns a text from the ready file, such as `base` or `subscription`.
    pub(crate) fn fact(&self, name: &str) -> Result<&str> {
        self.ready[name].as_str().context(format!("The emulator's ready file has no {name:?}"))
    }

    /// Returns a number from the ready file, such as `pid`.
    pub(crate) fn fact_number(&self, name: &str) -> Result<u64> {
        self.ready[name].as_u64().context(format!("The emulator's ready file has no {name:?}"))
    }

    /// Returns the environment variables that a client needs.
    pub(crate) fn environment(&self) -> Result<Vec<(&'static str, String)>> {
        let pairs = [
            ("SSL_CERT_FILE", "ca"),
            ("ARM_METADATA_HOSTNAME", "host"),
            ("ARM_SUBSCRIPTION_ID", "subscription"),
            ("ARM_TENANT_ID", "tenant"),
            ("ARM_CLIENT_ID", "client_id"),
            ("ARM_CLIENT_SECRET", "client_secret"),
        ];
        pairs.iter().map(|(name, fact)| Ok((*name, self.fact(fact)?.to_owned()))).collect()
    }

    /// Returns the dump of all resources.
    pub(crate) fn dump(&self) -> Result<Value> {
        let url = format!("{}/dump", self.fact("control")?);
        let https = Https::new(Some(Path::new(self.fact("ca")?)))?;
        https.ask(https.client().get(url))?.document()
    }

    /// Returns the ID of the default resource group.
    pub(crate) fn group(&self) -> Result<String> {
        let (subscription, group) = (self.fact("subscription")?, self.fact("resource_group")?);
        Ok(format!("/subscriptions/{subscription}/resourceGroups/{group}"))
    }

    /// Posts a document to the control API.
    pub(crate) fn order(&self, route: &str, body: &Value) -> Result<Value> {
        let url = format!("{}/{route}", self.fact("control")?);
        let https = Https::new(Some(Path::new(self.fact("ca")?)))?;
        let request = https.client().post(url).header("content-type", "application/json");
        https.ask(request.body(body.to_string()))?.document()
    }

    /// Signs in as the service principal and returns a token for ARM.
    pub(crate) fn sign_in(&self, https: &Https) -> Result<String> {
        let url = format!("{}/{}/oauth2/v2.0/token", self.fact("base")?, self.fact("tenant")?);
        let form = format!(
            "grant_type=client_credentials&client_id={}&client_secret={}&scope={}",
            self.fact("client_id")?,
            self.fact("client_secret")?,
            "https%3A%2F%2Fmanagement.azure.com%2F.default"
        );
        let request = https.client().post(url);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let document = https.ask(request.body(form))?.document()?;
        Ok(document["access_token"]
            .as_str()
            .context("The answer to the sign-in has no token")?
            .to_owned())
    }

    /// Returns the latest requests with all recorded details.
    pub(crate) fn log(&self) -> Result<Value> {
        let url = format!("{}/log", self.fact("control")?);
        let https = Https::new(Some(Path::new(self.fact("ca")?)))?;
        https.ask(https.client().get(url))?.document()
    }

    /// Returns one line for each request so far.
    pub(crate) fn requests(&self) -> Result<Vec<String>> {
        let log = self.log()?;
        let line = |request: &Value| {
            let text = |name: &str| request[name].as_str().unwrap_or_default().to_owned();
            let [method, path, version, code] = ["method", "path", "api_version", "code"].map(text);
            let sent = &request["body"];
            let sent = if sent.is_null() { String::new() } else { format!("\n      {sent}") };
            format!("{} {method} {path} {version} {code}{sent}", request["status"])
        };
        Ok(log["requests"].as_array().into_iter().flatten().map(line).collect())
    }

    /// Returns an ID token like the token of a job on GitHub.
    pub(crate) fn id_token(&self) -> Result<String> {
        let https = Https::new(Some(Path::new(self.fact("ca")?)))?;
        let request = https.client().get(self.fact("github_token_url")?);
        let answer = https.ask(request.bearer_auth(self.fact("request_token")?))?.document()?;
        let token = answer["value"]
            .as_str()
            .context("The answer of GitHub's token service has no token")?;
        Ok(token.to_owned())
    }

    /// Keeps the process running after this program ends, and returns its process ID.
    pub(crate) fn leave_running(mut self) -> u32 {
        self.child.take().map_or(0, |child| child.id())
    }

    fn wait(&mut self, ready_file: &PathBuf) -> Result<Value> {
        let started = Instant::now();
        while started.elapsed() < START {
            // The file may be half written, so only a complete document counts.
            let text = std::fs::read_to_string(ready_file).unwrap_or_default();
            if let Ok(ready) = serde_json::from_str(&text) {
                return Ok(ready);
            }
            if let Some(child) = &mut self.child
                && let Some(status) = child.try_wait().context("Watching the emulator")?
            {
                return Err(Failure::new(format!("The emulator exited at its start ({status})")));
            }
            std::thread::park_timeout(BETWEEN_LOOKS);
        }
        Err(Failure::new(format!("The emulator was not ready after {} seconds", START.as_secs())))
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            process::stop(child);
        }
    }
}

/// Moves the process out of the terminal's process group, so that Ctrl+C does not stop it.
#[cfg(unix)]
fn detach(command: &mut Command) {
    use std::os::unix::process::CommandExt as _;
    command.process_group(0);
}

#[cfg(not(unix))]
fn detach(_command: &mut Command) {}
