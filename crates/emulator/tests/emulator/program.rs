//! The emulator as a program: what it says, what it leaves.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

#[test]
fn it_starts_without_a_runtime() {
    let emulator = emulator::Emulator::builder().start_blocking().expect("an emulator");
    let address = emulator.host.replace("localhost", "127.0.0.1");
    std::net::TcpStream::connect(&address).expect("a connection");
    let ca = emulator.ca.clone();
    drop(emulator);
    assert!(!ca.exists());
}

#[tokio::test]
async fn it_says_when_it_is_ready_and_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let ready = folder.path().join("ready.json");
    let mut program = Command::new(env!("CARGO_BIN_EXE_azureai-emulator"))
        .arg("--ready-file")
        .arg(&ready)
        .stdout(Stdio::piped())
        .spawn()
        .expect("a program");
    let mut lines = BufReader::new(program.stdout.take().expect("output")).lines();
    let exports: Vec<String> = lines
        .by_ref()
        .map(|line| line.expect("a line"))
        .take_while(|line| !line.starts_with("Ctrl+C"))
        .filter(|line| line.starts_with("export "))
        .collect();
    assert_eq!(exports.len(), 9, "{exports:?}");

    let text = std::fs::read_to_string(&ready).expect("the ready file");
    let facts: Value = serde_json::from_str(&text).expect("JSON");
    let known = |name: &str| facts[name].as_str().expect("text").to_owned();
    assert_eq!(facts["pid"], program.id());
    assert_eq!(known("base"), format!("https://{}", known("host")));
    assert_eq!((known("resource_group"), known("location")), ("rg-ai".into(), "eastus".into()));
    let ca = known("ca");
    let pem = std::fs::read(&ca).expect("the certificate");
    let certificate = reqwest::Certificate::from_pem(&pem).expect("a certificate");
    let client =
        reqwest::Client::builder().tls_certs_only([certificate]).no_proxy().build().expect("one");
    let url = format!("{}/counters", known("control"));
    assert_eq!(client.get(url).send().await.expect("an answer").status(), 200);

    let killed = Command::new("kill").arg("-TERM").arg(program.id().to_string()).status();
    assert!(killed.expect("kill").success());
    assert!(program.wait().expect("an end").success());
    assert!(!ready.exists() && !Path::new(&ca).exists());
}
