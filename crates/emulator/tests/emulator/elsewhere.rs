//! Clients on other machines: the emulator's names, its certificate for them, and the address that
//! serves the certificate and the variables.

use std::net::SocketAddr;

use emulator::Emulator;
use reqwest::Method;
use serde_json::Value;

/// An emulator that clients know by two names, and what its bootstrap address answers.
struct Elsewhere {
    emulator: Emulator,
    bootstrap: String,
    plain: reqwest::Client,
}

impl Elsewhere {
    async fn start() -> Self {
        let builder = Emulator::builder().host("emulator").host("ci.example");
        let emulator = builder.bootstrap("127.0.0.1:0").start().await.expect("an emulator");
        let bootstrap = emulator.bootstrap.clone().expect("the bootstrap URL");
        Self { emulator, bootstrap, plain: client(None) }
    }

    async fn get(&self, path: &str) -> String {
        let url = format!("{}{path}", self.bootstrap);
        let answer = self.plain.get(url).send().await.expect("an answer");
        assert_eq!(answer.status(), 200, "{path}");
        assert_eq!(answer.headers()["cache-control"], "no-store", "{path}");
        answer.text().await.expect("text")
    }
}

/// Returns a client that resolves the emulator's names as another machine does. It trusts this
/// authority only.
fn client(authority: Option<&str>) -> reqwest::Client {
    let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
    let certificates =
        authority.map(|pem| reqwest::Certificate::from_pem(pem.as_bytes()).expect("a certificate"));
    ["emulator", "ci.example", "other.example"]
        .iter()
        .fold(reqwest::Client::builder(), |client, name| client.resolve(name, loopback))
        .tls_certs_only(certificates)
        .no_proxy()
        .build()
        .expect("a client")
}

#[tokio::test]
async fn urls_and_certificate_have_the_names_of_clients() {
    let there = Elsewhere::start().await;
    let port = there.emulator.address.port();
    assert_eq!(there.emulator.host, format!("emulator:{port}"));
    let authority = there.get("/ca.pem").await;
    assert_eq!(authority, there.emulator.ca_pem);
    let client = client(Some(&authority));
    for name in ["emulator", "ci.example", "localhost", "127.0.0.1"] {
        let url = format!("https://{name}:{port}/metadata/endpoints?api-version=2022-09-01");
        let answer = client.get(&url).send().await.expect("a trusted answer");
        let text = answer.text().await.expect("text");
        let document: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(document["resourceManager"], format!("https://emulator:{port}/"), "{name}");
        let login = &document["authentication"]["loginEndpoint"];
        assert_eq!(login, &format!("https://emulator:{port}"), "{name}");
    }
    // The certificate lacks this name, so that the client refuses it.
    assert!(client.get(format!("https://other.example:{port}/")).send().await.is_err());
    let foreign = client.get(format!("https://emulator:{port}/subscriptions"));
    let answer = foreign.header("host", "other.example").send().await.expect("an answer");
    assert_eq!(answer.status(), 403);
    let text = answer.text().await.expect("text");
    assert!(text.contains("start it with --host NAME"), "{text}");
}

#[tokio::test]
async fn the_variables_are_served_in_three_forms() {
    let there = Elsewhere::start().await;
    let lines = there.get("/environment?ca=/etc/ca%20of/it's.pem").await;
    let emulator = &there.emulator;
    let wanted = emulator.environment(Some("/etc/ca of/it's.pem"));
    let written: Vec<(&str, &str)> =
        lines.lines().map(|line| line.split_once('=').expect("a variable")).collect();
    let wanted: Vec<(&str, &str)> = wanted.iter().map(|one| (one.name, &*one.value)).collect();
    assert_eq!(written, wanted);
    assert_eq!(written[1], ("ARM_METADATA_HOSTNAME", &*emulator.host));

    let json: Value =
        serde_json::from_str(&there.get("/environment.json?ca=/etc/ca%20of/it's.pem").await)
            .expect("JSON");
    assert_eq!(json.as_object().expect("an object").len(), wanted.len());
    assert!(wanted.iter().all(|(name, value)| json[name] == *value), "{json}");

    let exports = there.get("/environment.sh?ca=/etc/ca%20of/it's.pem").await;
    let (first, _) = exports.split_once('\n').expect("lines");
    assert_eq!(first, r"export SSL_CERT_FILE='/etc/ca of/it'\''s.pem'");
    assert_eq!(exports.lines().count(), wanted.len());

    // Only the client knows where its file is.
    let without = there.get("/environment").await;
    assert!(!without.contains("SSL_CERT_FILE") && !without.contains("REQUESTS_CA_BUNDLE"));
    assert_eq!(without.lines().count(), wanted.len() - 2);
    assert!(there.get("/").await.contains("GET /environment.sh"));
}

#[tokio::test]
async fn the_bootstrap_address_serves_nothing_else() {
    let there = Elsewhere::start().await;
    let send = async |method: Method, path: &str| {
        let url = format!("{}{path}", there.bootstrap);
        there.plain.request(method, url).send().await.expect("an answer").status().as_u16()
    };
    let group = there.emulator.group_id();
    for path in ["/_emulator", "/_emulator/dump", "/subscriptions", "/ca.pem/x", &group] {
        assert_eq!(send(Method::GET, path).await, 404, "{path}");
    }
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
        assert_eq!(send(method.clone(), "/ca.pem").await, 405, "{method}");
    }
    // A line break would add a variable of the caller's choice.
    assert_eq!(send(Method::GET, "/environment?ca=x%0APATH=y").await, 400);
    for (name, value, status) in [
        ("host", "evil.example", 403),
        ("origin", "https://evil.example", 403),
        ("host", "ci.example", 200),
        ("host", "127.0.0.1:1", 200),
    ] {
        let url = format!("{}/environment", there.bootstrap);
        let answer = there.plain.get(url).header(name, value).send().await.expect("an answer");
        assert_eq!(answer.status(), status, "{name}: {value}");
    }
    assert_eq!(there.emulator.requests().len(), 0, "these requests are not in the log");
}

#[tokio::test]
async fn no_file_is_written_where_the_certificate_is_served() {
    let there = Elsewhere::start().await;
    assert!(there.emulator.ca.as_os_str().is_empty());
    assert!(there.emulator.facts()["ca"].is_null());
    assert_eq!(there.emulator.facts()["bootstrap"], *there.bootstrap);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("ca.pem");
    let both = Emulator::builder().bootstrap("127.0.0.1:0").ca_file(&file).start().await;
    let both = both.expect("an emulator");
    assert_eq!(std::fs::read_to_string(&both.ca).expect("the file"), both.ca_pem);
    there.emulator.stop().await.expect("an end");
    assert!(there.plain.get(&there.bootstrap).send().await.is_err());
}

#[tokio::test]
async fn a_taken_address_and_an_invalid_name_are_refused() {
    let there = Elsewhere::start().await;
    let taken = there.bootstrap.replace("http://emulator", "127.0.0.1");
    let error = |started: std::io::Result<Emulator>| started.err().expect("an error").to_string();
    let says = error(Emulator::builder().bootstrap(&taken).start().await);
    assert!(says.starts_with(&format!("The certificate cannot be served at {taken}")), "{says}");
    assert!(says.contains("Give --bootstrap a free address"), "{says}");
    let says = error(Emulator::builder().host("https://emulator").start().await);
    assert!(says.contains("Give --host a name such as emulator"), "{says}");
}
