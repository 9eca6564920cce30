//! The provider's process, from its start by the rules of Terraform to its end.

use crate::caller::{Caller, Stream, channel, connect, secured};
use plugin::proto::go_plugin::Empty;
use plugin::proto::go_plugin::grpc_controller_client::GrpcControllerClient;
use plugin::proto::tfplugin5::provider_client::ProviderClient;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, ChildStdout, Command};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tonic::transport::{Channel, Endpoint};

/// Path of the provider.
const PROGRAM: &str = env!("CARGO_BIN_EXE_terraform-provider-azureai");

/// Magic cookie that every Terraform sets.
const COOKIE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

/// Timeout of every step of a test.
pub(crate) const DEADLINE: Duration = Duration::from_secs(60);

/// The environment and arguments of a provider. It inherits nothing, so that it finds no
/// credentials and no Azure CLI.
pub(crate) struct Start {
    command: Command,
    caller: Option<Caller>,
    folder: TempDir,
}

impl Start {
    /// Starts it as a person does from a shell.
    pub(crate) fn by_hand() -> Self {
        Self::of(Command::new(PROGRAM))
    }

    /// Starts it as another Terraform run in this folder does, without TLS. Another process starts
    /// it, so that the provider can tell the runs apart.
    pub(crate) fn another_run(folder: &Path) -> Self {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "\"$0\" & wait", PROGRAM]);
        let mut start = Self::of(command).invited();
        start.command.current_dir(folder);
        start
    }

    fn of(mut command: Command) -> Self {
        let folder = tempfile::tempdir().unwrap();
        command.env_clear().env("TMPDIR", folder.path()).env("HOME", folder.path());
        // The provider writes its journal to the working folder.
        command.current_dir(folder.path());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.kill_on_drop(true);
        Self { command, caller: None, folder }
    }

    /// Starts it as Terraform does, without TLS.
    pub(crate) fn plaintext() -> Self {
        Self::by_hand().invited()
    }

    fn invited(self) -> Self {
        self.variable("TF_PLUGIN_MAGIC_COOKIE", COOKIE)
            .variable("PLUGIN_PROTOCOL_VERSIONS", "6,5")
            .variable("PLUGIN_MIN_PORT", "10000")
            .variable("PLUGIN_MAX_PORT", "25000")
    }

    /// Starts it as Terraform does.
    pub(crate) fn by_terraform() -> Self {
        let caller = Caller::new();
        let mut start = Self::plaintext().variable("PLUGIN_CLIENT_CERT", &caller.pem);
        start.caller = Some(caller);
        start
    }

    /// Sets an environment variable.
    pub(crate) fn variable(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Adds an argument.
    pub(crate) fn argument(mut self, argument: &str) -> Self {
        self.command.arg(argument);
        self
    }

    /// Starts the process and reads its first line, which is empty if the process prints none.
    pub(crate) async fn run(mut self) -> Process {
        let mut child = self.command.spawn().unwrap();
        let mut stderr = child.stderr.take().unwrap();
        let stderr = tokio::spawn(async move {
            let mut text = String::new();
            stderr.read_to_string(&mut text).await.unwrap();
            text
        });
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        timeout(DEADLINE, stdout.read_line(&mut line)).await.expect("no line").unwrap();
        let Self { caller, folder, .. } = self;
        Process { line, caller, folder, child, stdout, stderr }
    }
}

/// A provider that has printed its handshake line.
pub(crate) struct Process {
    pub(crate) line: String,
    pub(crate) caller: Option<Caller>,
    /// The process's folder for temporary files.
    pub(crate) folder: TempDir,
    child: Child,
    stdout: BufReader<ChildStdout>,
    stderr: JoinHandle<String>,
}

impl Process {
    /// Returns the fields of the handshake line.
    pub(crate) fn fields(&self) -> Vec<&str> {
        self.line.strip_suffix('\n').expect("a whole line").split('|').collect()
    }

    /// Connects to the socket or port of the handshake line.
    pub(crate) async fn reach(&self) -> Box<dyn Stream> {
        let fields = self.fields();
        connect(fields[2], fields[3]).await
    }

    /// Returns a gRPC channel, with TLS if the process was started with it.
    pub(crate) async fn channel(&self) -> Channel {
        match &self.caller {
            None => plain(&self.fields()).await,
            Some(caller) => {
                let connector = caller.connector(self.fields()[5]);
                channel(secured(&connector, self.reach().await).await.unwrap()).await
            }
        }
    }

    /// Returns a gRPC client.
    pub(crate) async fn calls(&self) -> ProviderClient<Channel> {
        ProviderClient::new(self.channel().await)
    }

    /// Sends the process a signal.
    pub(crate) async fn signal(&self, name: &str) {
        let process = self.child.id().expect("it runs").to_string();
        let sent = Command::new("kill").args(["-s", name, &process]).status().await;
        assert!(sent.unwrap().success());
    }

    /// Waits until the process ends, and returns its exit status and output.
    pub(crate) async fn ended(mut self) -> Ended {
        let status = timeout(DEADLINE, self.child.wait()).await;
        let status = status.expect("the provider does not end").unwrap();
        let mut stdout = self.line;
        self.stdout.read_to_string(&mut stdout).await.unwrap();
        let stderr = self.stderr.await.unwrap();
        let left = self.folder.path().read_dir().unwrap();
        let left = left.map(|entry| entry.unwrap().path().display().to_string()).collect();
        Ended { status, stdout, stderr, left }
    }

    /// Asks the process to shut down as Terraform does, and waits for its end.
    pub(crate) async fn shut_down(self) -> Ended {
        shutdown(self.channel().await).await;
        self.ended().await
    }
}

/// Returns a channel to the socket or port of a handshake line without a certificate.
async fn plain(fields: &[&str]) -> Channel {
    let address = match fields[2] {
        "unix" => format!("unix://{}", fields[3]),
        _ => format!("http://{}", fields[3]),
    };
    Endpoint::try_from(address).unwrap().connect().await.unwrap()
}

/// Asks a provider to shut down. It may exit before it responds.
pub(crate) async fn shutdown(channel: Channel) {
    let _ = GrpcControllerClient::new(channel).shutdown(Empty {}).await;
}

/// A process that has exited.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// Files that remain in its folder for temporary files.
    pub(crate) left: Vec<String>,
}

impl Ended {
    /// Asserts that the process succeeded, printed one line, and left no files behind.
    pub(crate) fn cleanly(&self) {
        assert!(self.status.success(), "{self:?}");
        assert_eq!(self.stdout.lines().count(), 1, "{self:?}");
        assert!(self.left.is_empty(), "{self:?}");
    }
}
