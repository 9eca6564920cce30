//! The local stand-in for Azure, as a process of its own.

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

/// A running emulator; dropping it ends it.
#[derive(Debug)]
pub(crate) struct Emulator {
    child: Option<Child>,
    ready: Value,
}

impl Emulator {
    /// Starts the program on a free port and waits until it answers. Its files go into `folder`.
    pub(crate) fn start(program: &Path, folder: &Path, outlives_us: bool) -> Result<Self> {
        Self::start_with(program, folder, &[], outlives_us)
    }

    /// The same, with more options.
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
                .with("The emulator's output", &std::fs::read_to_string(&log).unwrap_or_default())
        })?;
        Ok(emulator)
    }

    /// A fact of the ready file, such as `base` or `subscription`.
    pub(crate) fn fact(&self, name: &str) -> Result<&str> {
        self.ready[name].as_str().context(format!("The emulator's ready file lacks {name:?}"))
    }

    /// A fact of the ready file that is a number, such as `pid`.
    pub(crate) fn fact_number(&self, name: &str) -> Result<u64> {
        self.ready[name].as_u64().context(format!("The emulator's ready file lacks {name:?}"))
    }

    /// What a client of it needs in its environment.
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

    /// Everything that exists in it.
    pub(crate) fn dump(&self) -> Result<Value> {
        let url = format!("{}/dump", self.fact("control")?);
        let https = Https::new(Some(Path::new(self.fact("ca")?)))?;
        https.ask(https.client().get(url))?.document()
    }

    /// The ID of the resource group in which everything is.
    pub(crate) fn group(&self) -> Result<String> {
        let (subscription, group) = (self.fact("subscription")?, self.fact("resource_group")?);
        Ok(format!("/subscriptions/{subscription}/resourceGroups/{group}"))
    }

    /// Gives an order to its control API.
    pub(crate) fn order(&self, route: &str, body: &Value) -> Result<Value> {
        let url = format!("{}/{route}", self.fact("control")?);
        let https = Https::new(Some(Path::new(self.fact("ca")?)))?;
        let request = https.client().post(url).header("content-type", "application/json");
        https.ask(request.body(body.to_string()))?.document()
    }

    /// A token for ARM, as its service principal gets it.
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
        Ok(document["access_token"].as_str().context("The answer has no token")?.to_owned())
    }

    /// The latest requests with all that is known of them.
    pub(crate) fn log(&self) -> Result<Value> {
        let url = format!("{}/log", self.fact("control")?);
        let https = Https::new(Some(Path::new(self.fact("ca")?)))?;
        https.ask(https.client().get(url))?.document()
    }

    /// A line for each request so far.
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

    /// An ID token, as a job on GitHub gets it.
    pub(crate) fn id_token(&self) -> Result<String> {
        let https = Https::new(Some(Path::new(self.fact("ca")?)))?;
        let request = https.client().get(self.fact("github_token_url")?);
        let answer = https.ask(request.bearer_auth(self.fact("request_token")?))?.document()?;
        let token = answer["value"].as_str().context("GitHub's service gives no token")?;
        Ok(token.to_owned())
    }

    /// Lets it run on after this program; gives the number of its process.
    pub(crate) fn leave_running(mut self) -> u32 {
        self.child.take().map_or(0, |child| child.id())
    }

    fn wait(&mut self, ready_file: &PathBuf) -> Result<Value> {
        let started = Instant::now();
        while started.elapsed() < START {
            // The file may be half written, so only a whole document counts.
            let text = std::fs::read_to_string(ready_file).unwrap_or_default();
            if let Ok(ready) = serde_json::from_str(&text) {
                return Ok(ready);
            }
            if let Some(child) = &mut self.child
                && let Some(status) = child.try_wait().context("Watching the emulator")?
            {
                return Err(Failure::new(format!("The emulator ended at once ({status})")));
            }
            std::thread::park_timeout(BETWEEN_LOOKS);
        }
        Err(Failure::new(format!("The emulator was not ready after {} s", START.as_secs())))
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            process::stop(child);
        }
    }
}

/// Takes it out of the terminal's process group, so that Ctrl-C meant for others passes it by.
#[cfg(unix)]
fn detach(command: &mut Command) {
    use std::os::unix::process::CommandExt as _;
    command.process_group(0);
}

#[cfg(not(unix))]
fn detach(_command: &mut Command) {}
