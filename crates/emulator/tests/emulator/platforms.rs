//! Sign-in without a secret: assertions, managed identities, jobs on GitHub and Azure DevOps.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::client::{Answer, Client, read};

const KIND: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

fn now() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.expect("a time after 1970").as_secs()
}

/// Returns a token without a valid signature.
fn unsigned(claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.c2ln", part(&json!({ "alg": "RS256" })), part(claims))
}

/// Returns the claims of an issuer that the application trusts.
fn federated() -> Value {
    json!({
        "iss": "https://app.terraform.io",
        "sub": "organization:o:project:p:workspace:w:run_phase:plan",
        "aud": "api://AzureADTokenExchange",
        "nbf": now() - 10,
        "exp": now() + 600,
    })
}

impl Client {
    async fn with_assertion(&self, assertion: &str, kind: &str) -> Answer {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "client_credentials")
            .append_pair("client_id", &self.emulator.client_id)
            .append_pair("client_assertion_type", kind)
            .append_pair("client_assertion", assertion)
            .append_pair("scope", &format!("{}/.default", self.emulator.base))
            .finish();
        let url = format!("{}/{}/oauth2/v2.0/token", self.emulator.base, self.emulator.tenant);
        let form_type = "application/x-www-form-urlencoded";
        let request = self.http.post(url).header("content-type", form_type).body(form);
        read(request.send().await.expect("an answer")).await
    }

    async fn ask(&self, method: &str, url: &str, headers: &[(&str, &str)]) -> Answer {
        let method = method.parse().expect("a method");
        let mut request = self.http.request(method, url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        read(request.send().await.expect("an answer")).await
    }

    /// Returns ARM's answer to a token.
    async fn takes(&mut self, token: &Value) -> Answer {
        token.as_str().expect("a token").clone_into(&mut self.token);
        self.get(&self.hub()).await
    }
}

#[tokio::test]
async fn untrusted_assertion_is_refused() {
    let mut client = Client::start().await;
    let with = |name: &str, value: Value| {
        let mut claims = federated();
        claims[name] = value;
        unsigned(&claims)
    };
    let own = |name: &str, value: Value| {
        let (id, base) = (&client.emulator.client_id, &client.emulator.base);
        let endpoint = format!("{base}/{}/oauth2/v2.0/token", client.emulator.tenant);
        let mut claims = json!({ "iss": id, "sub": id, "aud": endpoint, "exp": now() + 600 });
        claims[name] = value;
        unsigned(&claims)
    };
    let forged = format!("{}/github", client.emulator.base);
    let table = [
        (50027, "a.b.c".to_owned()),
        (50027, "no token".to_owned()),
        (700_024, with("exp", json!(now() - 600))),
        (700_024, with("nbf", json!(now() + 600))),
        (700_212, with("aud", json!("api://else"))),
        (700_211, with("iss", json!("somebody"))),
        (700_211, with("sub", json!(""))),
        (5_000_611, with("iss", json!(forged))),
        (700_023, own("aud", json!("https://login.microsoftonline.com/other/oauth2/v2.0/token"))),
        (700_023, own("sub", json!("other"))),
        (0, own("jti", json!("1"))),
        (0, with("exp", json!(now() - 200))),
    ];
    for (number, assertion) in table {
        let answer = client.with_assertion(&assertion, KIND).await;
        let codes = answer.body["error_codes"][0].as_u64().unwrap_or_default();
        assert_eq!(codes, number, "{:#}", answer.body);
    }
    let answer = client.with_assertion(&unsigned(&federated()), "bearer").await.is(400);
    assert_eq!(answer.body["error_codes"], json!([900_023]));
    let answer = client.with_assertion(&unsigned(&federated()), KIND).await.is(200);
    client.takes(&answer.body["access_token"]).await.is(200);
}

#[tokio::test]
async fn virtual_machine_gets_a_token() {
    let mut client = Client::start().await;
    let base = client.emulator.base.clone();
    let url = format!("{base}/metadata/identity/oauth2/token?api-version=2018-02-01");
    let yes = [("metadata", "true")];
    client.ask("GET", &format!("{url}&resource={base}"), &[]).await.is(400);
    client.ask("GET", &url, &yes).await.is(400);
    let other = format!("{url}&resource={base}&client_id=other");
    let answer = client.ask("GET", &other, &yes).await.is(400);
    assert_eq!(answer.body["error_description"], "Identity not found");
    let named = format!("{url}&resource={base}&client_id={}", client.emulator.client_id);
    client.ask("GET", &named, &yes).await.is(200);
    let answer = client.ask("GET", &format!("{url}&resource={base}"), &yes).await.is(200);
    assert!(answer.body["expires_on"].is_string());
    client.takes(&answer.body["access_token"]).await.is(200);
}

#[tokio::test]
async fn app_service_gets_a_token() {
    let mut client = Client::start().await;
    let (url, base) = (client.emulator.identity_endpoint.clone(), client.emulator.base.clone());
    let secret = client.emulator.identity_header.clone();
    let at = |version: &str| format!("{url}?api-version={version}&resource={base}");
    let wrong = [("x-identity-header", "wrong"), ("metadata", "true")];
    client.ask("GET", &at("2019-08-01"), &[]).await.is(401);
    client.ask("GET", &at("2019-08-01"), &wrong).await.is(401);
    let known = [("x-identity-header", secret.as_str())];
    let answer = client.ask("GET", &at("2019-08-01"), &known).await.is(200);
    assert!(answer.body["expires_on"].as_str().is_some_and(|text| text.parse::<u64>().is_ok()));
    client.takes(&answer.body["access_token"]).await.is(200);
    let old = client.ask("GET", &at("2017-09-01"), &[("secret", &secret)]).await.is(200);
    assert!(old.body["expires_on"].as_str().is_some_and(|text| text.contains('/')), "{old:?}");
    client.ask("GET", &at("2018-02-01"), &[("metadata", "true")]).await.is(200);
}

#[tokio::test]
async fn job_signs_in_with_its_id_token() {
    let mut client = Client::start().await;
    let bearer = format!("Bearer {}", client.emulator.request_token);
    let known = [("authorization", bearer.as_str())];
    let audience = "audience=api%3A%2F%2FAzureADTokenExchange";
    let github = format!("{}&{audience}", client.emulator.github_token_url);
    let devops = client.emulator.devops_token_url.clone();
    let devops = format!("{devops}?api-version=7.1&serviceConnectionId=sc&{audience}");
    for (method, url, name) in [("GET", github, "value"), ("POST", devops, "oidcToken")] {
        client.ask(method, &url, &[]).await.is(401);
        client.ask(method, &url, &[("authorization", "Bearer other")]).await.is(401);
        let answer = client.ask(method, &url, &known).await.is(200);
        let assertion = answer.body[name].as_str().expect("a token").to_owned();
        let answer = client.with_assertion(&assertion, KIND).await.is(200);
        client.takes(&answer.body["access_token"]).await.is(200);
        // A token for another audience does not sign in.
        let elsewhere = url.replace("AzureADTokenExchange", "else");
        let answer = client.ask(method, &elsewhere, &known).await.is(200);
        let assertion = answer.body[name].as_str().expect("a token").to_owned();
        client.with_assertion(&assertion, KIND).await.is(401);
    }
}

#[tokio::test]
async fn tokens_can_be_verified_with_the_published_keys() {
    let client = Client::start().await;
    let base = client.emulator.base.clone();
    for issuer in [client.emulator.tenant.as_str(), "github", "devops", "common"] {
        let url = format!("{base}/{issuer}/.well-known/openid-configuration");
        let document = client.ask("GET", &url, &[]).await.is(200).body;
        let keys = document["jwks_uri"].as_str().expect("an address");
        let keys = client.ask("GET", keys, &[]).await.is(200).body;
        let part = |name: &str| {
            let text = keys["keys"][0][name].as_str().expect("text");
            URL_SAFE_NO_PAD.decode(text).expect("base64")
        };
        let public = aws_lc_rs::signature::RsaPublicKeyComponents { n: part("n"), e: part("e") };
        let (text, signature) = client.token.rsplit_once('.').expect("three parts");
        let signature = URL_SAFE_NO_PAD.decode(signature).expect("base64");
        let algorithm = &aws_lc_rs::signature::RSA_PKCS1_2048_8192_SHA256;
        public.verify(algorithm, text.as_bytes(), &signature).expect("a good signature");
    }
    let nobody = format!("{base}/nobody/discovery/v2.0/keys");
    client.ask("GET", &nobody, &[]).await.is(400);
}

#[tokio::test]
async fn token_for_another_audience_is_refused() {
    let mut client = Client::start().await;
    let url = format!("{}/metadata/identity/oauth2/token", client.emulator.base);
    let yes = [("metadata", "true")];
    for (resource, status) in [
        ("https://management.azure.com/", 200),
        ("https://management.core.windows.net", 200),
        ("https://vault.azure.net", 401),
    ] {
        let answer = client.ask("GET", &format!("{url}?resource={resource}"), &yes).await.is(200);
        let answer = client.takes(&answer.body["access_token"]).await.is(status);
        let code = if status == 200 { "" } else { "InvalidAuthenticationTokenAudience" };
        assert_eq!(answer.code(), code);
    }
}
