//! The emulator as a program: its output and its files.

use std::io::{BufRead as _, BufReader, Lines};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::client::read;

#[test]
fn emulator_starts_without_a_runtime() {
    let emulator = emulator::Emulator::builder().start_blocking().expect("an emulator");
    let address = emulator.host.replace("localhost", "127.0.0.1");
    std::net::TcpStream::connect(&address).expect("a connection");
    let ca = emulator.ca.clone();
    drop(emulator);
    assert!(!ca.exists());
}

/// The running program, which is killed at the end of its test.
struct Program {
    process: Child,
    folder: TempDir,
    lines: Lines<BufReader<ChildStdout>>,
    words: Lines<BufReader<ChildStderr>>,
}

impl Program {
    fn start(arguments: &[&str]) -> Self {
        Self::with(arguments, &[])
    }

    fn with(arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut process = Command::new(env!("CARGO_BIN_EXE_azureai-emulator"))
            .arg("--ready-file")
            .arg(folder.path().join("ready.json"))
            .args(arguments)
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("a program");
        let lines = BufReader::new(process.stdout.take().expect("output")).lines();
        let words = BufReader::new(process.stderr.take().expect("errors")).lines();
        Self { process, folder, lines, words }
    }

    /// Reads the output up to the last line of the banner, which says that the emulator answers.
    fn banner(&mut self) -> Vec<String> {
        let lines = self.lines.by_ref().map(|line| line.expect("a line"));
        lines.take_while(|line| !line.starts_with("Ctrl+C")).collect()
    }

    /// Reads the next line of standard error.
    fn says(&mut self) -> String {
        self.words.next().expect("a line").expect("text")
    }

    fn ready_file(&self) -> PathBuf {
        self.folder.path().join("ready.json")
    }

    fn facts(&self) -> Value {
        let text = std::fs::read_to_string(self.ready_file()).expect("the ready file");
        serde_json::from_str(&text).expect("JSON")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Returns a client that trusts the authority in this file.
fn client(ca: &str) -> reqwest::Client {
    let pem = std::fs::read(ca).expect("the certificate");
    let certificate = reqwest::Certificate::from_pem(&pem).expect("a certificate");
    reqwest::Client::builder().tls_certs_only([certificate]).no_proxy().build().expect("a client")
}

#[tokio::test]
async fn program_reports_readiness_and_removes_its_files() {
    let mut program = Program::start(&[]);
    let banner = program.banner();
    let exports = banner.iter().filter(|line| line.starts_with("export "));
    assert_eq!(exports.count(), 13, "{banner:?}");

    let facts = program.facts();
    let known = |name: &str| facts[name].as_str().expect("text").to_owned();
    assert_eq!(facts["pid"], program.process.id());
    assert_eq!(known("base"), format!("https://{}", known("host")));
    assert_eq!((known("resource_group"), known("location")), ("rg-ai".into(), "eastus".into()));
    let ca = known("ca");
    let url = format!("{}/counters", known("control"));
    assert_eq!(client(&ca).get(url).send().await.expect("an answer").status(), 200);

    let id = program.process.id().to_string();
    assert!(Command::new("kill").arg("-TERM").arg(id).status().expect("kill").success());
    assert!(program.process.wait().expect("an end").success());
    assert!(!program.ready_file().exists() && !Path::new(&ca).exists());
}

#[tokio::test]
async fn the_banner_says_how_to_open_the_page() {
    let mut program = Program::start(&[]);
    let banner = program.banner().join("\n");
    let facts = program.facts();
    assert!(facts["page"].is_null());
    for name in ["control", "ca"] {
        assert!(banner.contains(facts[name].as_str().expect("text")), "{name}: {banner}");
    }
    assert!(banner.contains("--page 127.0.0.1:8080") && banner.contains("--cacert"), "{banner}");

    let mut program = Program::start(&["--page", "127.0.0.1:0"]);
    let banner = program.banner().join("\n");
    let facts = program.facts();
    let page = facts["page"].as_str().expect("the page");
    let line = format!("Open its page in a browser: {page}\n");
    assert!(banner.contains(&line) && !banner.contains("certificate"), "{banner}");
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    assert_eq!(client.get(page).send().await.expect("an answer").status(), 200);

    let mut program = Program::start(&["--page", "0.0.0.0:0"]);
    let says = program.says();
    assert!(says.contains("0.0.0.0:0, which is not a loopback address"), "{says}");
    assert_eq!(program.process.wait().expect("an end").code(), Some(1));
}

#[tokio::test]
async fn variables_replace_options_and_the_banner_says_who_can_reach_it() {
    let variables = [
        ("AZUREAI_EMULATOR_LISTEN", "127.0.0.1:0"),
        ("AZUREAI_EMULATOR_HOST", "emulator,localhost"),
        ("AZUREAI_EMULATOR_BOOTSTRAP", "127.0.0.1:0"),
        ("AZUREAI_EMULATOR_LOOSE", "true"),
        ("AZUREAI_EMULATOR_REAL_RETRY_AFTER", "false"),
        ("AZUREAI_EMULATOR_FOUNDRY_RACES", "3"),
        ("AZUREAI_EMULATOR_CLOUD", "usgovernment"),
    ];
    let mut program = Program::with(&["--cloud", "china"], &variables);
    let banner = program.banner().join("\n");
    let facts = program.facts();
    let known = |name: &str| facts[name].as_str().expect("text");
    assert!(known("base").starts_with("https://emulator:"), "{facts}");
    let bootstrap = known("bootstrap");
    for path in ["ca.pem", "environment.sh?ca="] {
        assert!(banner.contains(&format!("{bootstrap}/{path}")), "{banner}");
    }
    assert!(!banner.contains("export ") && !banner.contains("Other machines"), "{banner}");
    let local = |url: &str| url.replace("//emulator:", "//127.0.0.1:");
    let plain = reqwest::Client::builder().no_proxy().build().expect("a client");
    let authority = plain.get(local(bootstrap) + "/ca.pem").send().await.expect("an answer");
    let file = program.folder.path().join("ca.pem");
    std::fs::write(&file, authority.text().await.expect("text")).expect("a file");
    let client = client(&file.display().to_string());
    let manners = client.post(local(known("control")) + "/manners").send().await;
    let manners = read(manners.expect("an answer")).await.is(200).body;
    assert_eq!((&manners["loose"], &manners["host_seconds"]), (&json!(true), &json!(3.0)));
    let document = local(known("base")) + "/metadata/endpoints?api-version=2022-09-01";
    let document = read(client.get(document).send().await.expect("an answer")).await.is(200).body;
    assert_eq!(document["name"], "AzureChinaCloud", "an option overrides its variable");
}

#[test]
fn every_option_has_a_variable() {
    let help = Command::new(env!("CARGO_BIN_EXE_azureai-emulator")).arg("--help").output();
    let help = String::from_utf8(help.expect("help").stdout).expect("text");
    let options = help.lines().filter_map(|line| line.trim().strip_prefix("--"));
    let names = options.map(|line| line.split([' ', '[', '=']).next().unwrap_or_default());
    let own: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
    assert!(own.len() > 20, "{own:?}");
    for name in own {
        let variable = format!("AZUREAI_EMULATOR_{}", name.to_uppercase().replace('-', "_"));
        assert!(help.contains(&format!("[env: {variable}=")), "{name}: {help}");
    }
}

#[tokio::test]
async fn program_options_change_the_world() {
    let mut program = Program::start(&[
        "--loose",
        "--cloud",
        "china",
        "--other-subscription",
        "a@b",
        "--role-seconds",
        "never",
        "--host-roles",
        "required",
        "--host-rules",
        "ignored",
        "--foundry-races",
    ]);
    program.banner();
    let facts = program.facts();
    let known = |name: &str| facts[name].as_str().expect("text");
    let client = client(known("ca"));
    let manners = client.post(format!("{}/manners", known("control")));
    let manners = read(manners.send().await.expect("an answer")).await.is(200).body;
    assert_eq!(manners["loose"], true);
    for (name, value) in
        [("host_roles", "required"), ("host_rules", "ignored"), ("role_seconds", "never")]
    {
        assert_eq!(manners[name], value);
    }
    assert_eq!((&manners["host_seconds"], &manners["rule_seconds"]), (&json!(2.0), &json!(2.0)));
    let document = format!("{}/metadata/endpoints?api-version=2022-09-01", known("base"));
    let document = read(client.get(document).send().await.expect("an answer")).await.is(200).body;
    assert_eq!(document["name"], "AzureChinaCloud");
    let dump = client.get(format!("{}/dump", known("control")));
    let dump = read(dump.send().await.expect("an answer")).await.is(200).body;
    assert_eq!(dump["subscriptions"], serde_json::json!([{ "id": "a", "tenant": "b" }]));
}

#[tokio::test]
async fn failed_write_of_the_state_is_reported_and_retried() {
    let place = tempfile::tempdir().expect("a folder");
    let folder = place.path().join("kept");
    std::fs::create_dir(&folder).expect("a folder");
    let file = folder.join("state.json");
    let mut program = Program::start(&["--state", &file.display().to_string()]);
    program.banner();
    let facts = program.facts();
    let client = client(facts["ca"].as_str().expect("text"));
    std::fs::remove_dir_all(&folder).expect("no folder");
    let url = format!("{}/put", facts["control"].as_str().expect("text"));
    let id = "/subscriptions/5a1ec0de-0000-4000-8000-00000000a1a1/resourceGroups/mine";
    let order = client.post(url).json(&serde_json::json!({ "id": id, "body": {} }));
    read(order.send().await.expect("an answer")).await.is(200);
    let told = program.says();
    assert!(told.contains("Cannot write the state file"), "{told}");
    std::fs::create_dir(&folder).expect("a folder");
    let told = program.says();
    assert!(told.contains("state.json was written"), "{told}");
    assert!(std::fs::read_to_string(&file).expect("the state").contains("resourceGroups/mine"));
}

/// Returns the peak memory of a process in megabytes.
#[cfg(target_os = "linux")]
fn peak(id: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).expect("a status");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
    kilobytes / 1024
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn large_bodies_do_not_stay_in_memory() {
    let mut program = Program::start(&[]);
    program.banner();
    let facts = program.facts();
    let client = client(facts["ca"].as_str().expect("text"));
    let base = facts["base"].as_str().expect("text").to_owned();
    let before = peak(program.process.id());
    let send = async |size: usize, status: u16| {
        let body = format!("{{\"x\":\"{}\"}}", "x".repeat(size));
        let sent = client.put(format!("{base}/subscriptions/x?api-version=2020-01-01")).body(body);
        assert_eq!(sent.send().await.expect("an answer").status().as_u16(), status);
    };
    futures::future::join_all((0..4).map(|_| send(25 * 1024 * 1024, 413))).await;
    futures::future::join_all((0..60).map(|_| send(4_000_000, 401))).await;
    let more = peak(program.process.id()) - before;
    assert!(more < 150, "{more} MB more");
}
