//! Authentication methods: what each sends, and that each reads its secrets for each token.

use crate::fake::{Answer, Network, Seen, by, get};
use aws_lc_rs::signature::{self, UnparsedPublicKey};
use azure::credential::{
    Assertion, AuthMethod, AzureDevOps, CertificateSource, ClientCertificate, GitHub,
    ManagedIdentity, ManagedIdentityHost, Secret, SecretSource,
};
use azure::error::ErrorKind;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sign_in/fixtures").join(name)
}

/// Signs in twice, because ARM refuses the first token.
async fn twice(network: &Network, method: AuthMethod) -> Vec<Seen> {
    let arm = network.arm(&by(method)).unwrap();
    get(&arm).await.unwrap();
    network.refuse_issued();
    get(&arm).await.unwrap();
    network.seen("login.local")
}

fn assertion(assertion: Assertion) -> AuthMethod {
    AuthMethod::Assertion { client_id: "client".to_owned(), assertion }
}

#[tokio::test(start_paused = true)]
async fn files_are_read_for_each_token() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let source = || SecretSource::File(file.path().into());
    let secret = AuthMethod::ClientSecret { client_id: "client".to_owned(), secret: source() };
    let token = assertion(Assertion::Token(source()));
    for (method, field) in [(secret, "client_secret"), (token, "client_assertion")] {
        let network = Network::new();
        fs::write(file.path(), "one\n").unwrap();
        let arm = network.arm(&by(method)).unwrap();
        get(&arm).await.unwrap();
        fs::write(file.path(), "two\n").unwrap();
        network.refuse_issued();
        get(&arm).await.unwrap();
        let sent: Vec<_> = network.seen("login").iter().map(|seen| seen.field(field)).collect();
        assert_eq!(sent, ["one", "two"]);
        fs::write(file.path(), "").unwrap();
        network.refuse_issued();
        let error = get(&arm).await.unwrap_err();
        assert!(
            error.kind() == ErrorKind::SignIn && error.to_string().contains("is empty"),
            "{error}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn github_is_asked_for_each_token() {
    let network = Network::new();
    let token = SecretSource::Value(Secret::new("request-hush"));
    let url = "https://github.local/token?x=1".to_owned();
    let sent = twice(&network, assertion(Assertion::GitHub(GitHub { url, token }))).await;
    let asked = network.seen("github.local");
    assert_eq!(asked.len(), 2);
    let address = "https://github.local/token?x=1&audience=api%3A%2F%2FAzureADTokenExchange";
    assert_eq!(asked[0].url, address);
    assert_eq!(asked[0].header("authorization"), "Bearer request-hush");
    assert_eq!(sent[0].field("client_assertion"), "jwt-1");
    assert_eq!(sent[1].field("client_assertion"), "jwt-3");
    assert_eq!(
        sent[0].field("client_assertion_type"),
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    );
}

#[tokio::test(start_paused = true)]
async fn azure_devops_is_asked_for_its_service_connection() {
    let network = Network::new();
    let devops = AzureDevOps {
        url: "https://devops.local/token".to_owned(),
        token: SecretSource::Value(Secret::new("request-hush")),
        service_connection: "sc".to_owned(),
    };
    let sent = twice(&network, assertion(Assertion::AzureDevOps(devops))).await;
    let asked = &network.seen("devops.local")[0];
    for part in ["api-version=7.1", "serviceConnectionId=sc", "audience=api%3A"] {
        assert!(asked.url.contains(part), "{}", asked.url);
    }
    assert_eq!(asked.header("authorization"), "Bearer request-hush");
    assert_eq!(sent[0].field("client_assertion"), "jwt-1");
}

#[tokio::test(start_paused = true)]
async fn the_error_names_an_issuer_without_a_token() {
    for (answer, says) in [
        (Answer::of(203, "<html>Azure DevOps Sign In</html>"), "Azure DevOps Sign In"),
        (Answer::of(401, r#"{"message":"The token has expired."}"#), "The token has expired."),
        (Answer::of(200, "{}"), "returned no token"),
    ] {
        let network = Network::new();
        network.trouble([answer]);
        let token = SecretSource::Value(Secret::new("request-hush"));
        let github = GitHub { url: "https://github.local/token".to_owned(), token };
        let arm = network.arm(&by(assertion(Assertion::GitHub(github)))).unwrap();
        let error = get(&arm).await.unwrap_err().to_string();
        assert!(error.contains(says) && error.contains("github.local"), "{error}");
        assert!(!error.contains("request-hush"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_certificate_signs_an_assertion() {
    let text = |name| STANDARD.encode(fs::read(fixture(name)).unwrap());
    let pem = fs::read_to_string(fixture("bundle.pem")).unwrap();
    for file in [
        CertificateSource::Path(fixture("modern.pfx")),
        CertificateSource::Path(fixture("legacy.pfx")),
        CertificateSource::Path(fixture("bundle.pem")),
        CertificateSource::Text(Secret::new(text("modern.pfx"))),
        CertificateSource::Text(Secret::new(text("bundle.pem"))),
        CertificateSource::Text(Secret::new(pem)),
    ] {
        let network = Network::new();
        let told = format!("{file:?}");
        let method = AuthMethod::ClientCertificate(ClientCertificate {
            client_id: "client".to_owned(),
            file,
            password: Some(Secret::new("hush")),
        });
        let sent = twice(&network, method).await;
        let (one, two) = (sent[0].field("client_assertion"), sent[1].field("client_assertion"));
        assert_ne!(one, two, "an assertion is used once");
        verify(&one, &told);
    }
}

/// Verifies an assertion as Entra ID does.
fn verify(assertion: &str, told: &str) {
    let (signed, signature) = assertion.rsplit_once('.').unwrap();
    let (header, payload) = signed.split_once('.').unwrap();
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).unwrap();
    let header: Value = serde_json::from_slice(&decode(header)).unwrap();
    let payload: Value = serde_json::from_slice(&decode(payload)).unwrap();
    assert_eq!(header["alg"], "PS256", "{told}");
    assert_eq!(payload["aud"], "https://login.local/tenant/oauth2/v2.0/token");
    assert_eq!((&payload["iss"], &payload["sub"]), (&"client".into(), &"client".into()));
    let (from, to) = (payload["nbf"].as_i64().unwrap(), payload["exp"].as_i64().unwrap());
    assert_eq!(to - from, 1200, "a clock may be wrong by five minutes both ways");
    let own = STANDARD.decode(header["x5c"][0].as_str().unwrap()).unwrap();
    let name = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &own);
    assert_eq!(header["x5t#S256"], URL_SAFE_NO_PAD.encode(name), "{told}");
    // The key of the certificate itself: the sequence of modulus and exponent in it.
    let start = own.windows(4).position(|window| window == [0x30, 0x82, 0x01, 0x0a]).unwrap();
    let key = UnparsedPublicKey::new(
        &signature::RSA_PSS_2048_8192_SHA256,
        &own[start..start + 0x10a + 4],
    );
    key.verify(signed.as_bytes(), &decode(signature)).expect(told);
}

#[tokio::test(start_paused = true)]
async fn an_unusable_certificate_is_reported_at_once() {
    let pem = fs::read_to_string(fixture("bundle.pem")).unwrap();
    let key = pem.find("-----BEGIN PRIVATE").unwrap();
    for (file, says) in [
        (CertificateSource::Path("/none.pfx".into()), "/none.pfx cannot be read"),
        (CertificateSource::Path(fixture("modern.pfx")), "Check the password and the file"),
        (CertificateSource::Text(Secret::new("%%%")), "neither PEM nor base64"),
        (CertificateSource::Text(Secret::new(pem.get(..key).unwrap())), "without a private key"),
        (
            CertificateSource::Text(Secret::new(pem.get(key..).unwrap())),
            "does not contain the certificate of its private key",
        ),
        (
            CertificateSource::Text(Secret::new(
                pem.replace("BEGIN PRIVATE", "BEGIN ENCRYPTED PRIVATE"),
            )),
            "encrypted key",
        ),
    ] {
        let network = Network::new();
        let method = AuthMethod::ClientCertificate(ClientCertificate {
            client_id: "client".to_owned(),
            file,
            password: Some(Secret::new("wrong-hush")),
        });
        let error = network.arm(&by(method)).map(|_| ()).unwrap_err().to_string();
        assert!(error.contains(says), "{error} lacks {says}");
        assert!(!error.contains("wrong-hush"));
    }
}

fn managed(host: ManagedIdentityHost, client_id: Option<&str>) -> ManagedIdentity {
    let client_id = client_id.map(str::to_owned);
    ManagedIdentity { client_id, endpoint: None, api_version: None, host }
}

#[tokio::test(start_paused = true)]
async fn each_host_gets_its_own_request() {
    let endpoint = || "http://host.local/token".to_owned();
    let hidden = || Secret::new("host-hush");
    let resource = "resource=https%3A%2F%2Farm.local";
    for (host, part, header) in [
        (ManagedIdentityHost::Machine, "api-version=2018-02-01", ("metadata", "true")),
        (
            ManagedIdentityHost::AppService { endpoint: endpoint(), header: hidden() },
            "client_id=c",
            ("x-identity-header", "host-hush"),
        ),
        (
            ManagedIdentityHost::MachineLearning { endpoint: endpoint(), secret: hidden() },
            "clientid=c",
            ("secret", "host-hush"),
        ),
    ] {
        let network = Network::new();
        let arm = network.arm(&by(AuthMethod::ManagedIdentity(managed(host, Some("c"))))).unwrap();
        get(&arm).await.unwrap();
        let asked = &network.seen("token")[0];
        assert!(asked.url.contains(part) && asked.url.contains(resource), "{}", asked.url);
        assert_eq!(asked.header(header.0), header.1);
    }
    let network = Network::new();
    let mut custom =
        managed(ManagedIdentityHost::AppService { endpoint: endpoint(), header: hidden() }, None);
    custom.endpoint = Some("http://custom.local/token".to_owned());
    custom.api_version = Some("2020-01-01".to_owned());
    get(&network.arm(&by(AuthMethod::ManagedIdentity(custom))).unwrap()).await.unwrap();
    let asked = &network.seen("token")[0];
    assert!(asked.url.starts_with("http://custom.local/token?api-version=2020-01-01&"));
    assert_eq!((asked.header("metadata"), asked.header("x-identity-header")), ("true", ""));
}

#[tokio::test(start_paused = true)]
async fn arcs_agent_gets_the_content_of_the_file_that_it_names() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("proof.key");
    fs::write(&file, "proof-hush").unwrap();
    let endpoint = "http://host.local/token".to_owned();
    let host = ManagedIdentityHost::Arc { endpoint, folder: folder.path().to_owned() };
    let method = || AuthMethod::ManagedIdentity(managed(host.clone(), None));
    let challenge = |file: &str| {
        let realm = format!("Basic realm={file}");
        Answer(401, "www-authenticate", realm.leak(), String::new())
    };
    let network = Network::new();
    network.trouble([challenge(file.to_str().unwrap())]);
    get(&network.arm(&by(method())).unwrap()).await.unwrap();
    let [first, second] = &network.seen("token")[..] else { panic!("it is asked twice") };
    assert_eq!((first.header("metadata"), first.header("authorization")), ("true", ""));
    assert_eq!(second.header("authorization"), "Basic proof-hush");
    // Whoever answers in its place has no other file read.
    let network = Network::new();
    network.trouble([challenge("/etc/hostname.key")]);
    let error = get(&network.arm(&by(method())).unwrap()).await.unwrap_err().to_string();
    assert!(error.contains("is not a key file in the folder of Azure Arc's agent"), "{error}");
    assert_eq!(network.seen("token").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_host_without_an_identity_is_reported() {
    let missing = r#"{"error":"invalid_request","error_description":"Identity not found"}"#;
    let network = Network::new();
    network.trouble(vec![Answer::of(400, missing)]);
    let arm = network
        .arm(&by(AuthMethod::ManagedIdentity(managed(ManagedIdentityHost::Machine, None))))
        .unwrap();
    let error = get(&arm).await.unwrap_err().to_string();
    assert!(error.contains("Identity not found") && error.contains("system-assigned"), "{error}");
    network.trouble(vec![Answer::of(0, ""); 10]);
    let error = get(&arm).await.unwrap_err().to_string();
    assert!(error.contains("169.254.169.254") && error.contains("No service for"), "{error}");
    for host in [
        ManagedIdentityHost::ServiceFabric,
        ManagedIdentityHost::CloudShell { endpoint: "http://x".to_owned() },
    ] {
        let identity = AuthMethod::ManagedIdentity(managed(host, Some("c")));
        assert!(network.arm(&by(identity)).is_err());
    }
}
