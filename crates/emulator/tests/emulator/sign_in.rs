//! Sign-in, metadata, certificates.

use serde_json::{Value, json};

use crate::client::{Client, read};

#[tokio::test]
async fn sign_in_requires_the_secret() {
    let client = Client::start().await;
    let answer = client.sign_in("wrong").await.is(401);
    assert_eq!(answer.body["error"], "invalid_client");
    assert_eq!(answer.body["error_codes"], json!([7_000_215]));
    let post = async |tenant: &str, form: &str| {
        let url = format!("{}/{tenant}/oauth2/token", client.emulator.base);
        let request = client
            .http
            .post(url)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.to_owned());
        read(request.send().await.expect("an answer")).await
    };
    let answer = post("nope", "grant_type=client_credentials").await.is(400);
    assert_eq!(answer.body["error_codes"], json!([90002]));
    let tenant = client.emulator.tenant.clone();
    let answer = post(&tenant, "grant_type=client_credentials&client_id=x").await.is(400);
    assert_eq!(answer.body["error_codes"], json!([700_016]));
    let form = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}&resource=https%3A%2F%2Fx",
        client.emulator.client_id, client.emulator.client_secret
    );
    let answer = post(&tenant, &form).await.is(200);
    assert!(answer.body["expires_in"].is_string(), "version 1 writes numbers as text");
    assert_eq!(answer.body["resource"], "https://x");
}

#[tokio::test]
async fn metadata_document_depends_on_its_version() {
    let client = Client::start().await;
    let get = async |path: &str| {
        let url = format!("{}{path}", client.emulator.base);
        read(client.http.get(url).send().await.expect("an answer")).await.is(200).body
    };
    let check = |document: &Value| {
        assert_eq!(document["name"], "AzureCloud");
        assert_eq!(document["resourceManager"], format!("{}/", client.emulator.base));
        assert_eq!(document["authentication"]["loginEndpoint"], client.emulator.base);
        assert_eq!(document["suffixes"]["keyVaultDns"], "vault.azure.net");
    };
    check(&get("/metadata/endpoints?api-version=2022-09-01").await);
    check(&get("/metadata/endpoints?api-version=2019-05-01").await[0]);
    let oldest = get("/metadata/endpoints?api-version=2015-01-01").await;
    assert_eq!(oldest["authentication"]["loginEndpoint"], client.emulator.base);
    let tenant = &client.emulator.tenant;
    let open_id = get(&format!("/{tenant}/v2.0/.well-known/openid-configuration")).await;
    let endpoint = format!("{}/{tenant}/oauth2/v2.0/token", client.emulator.base);
    assert_eq!(open_id["token_endpoint"], endpoint);
    let discovery = get("/common/discovery/instance?api-version=1.1").await;
    assert!(discovery["tenant_discovery_endpoint"].is_string());
}

#[tokio::test]
async fn client_must_trust_the_authority() {
    let client = Client::start().await;
    let stranger = reqwest::Client::builder().no_proxy().build().expect("a client");
    let url = format!("{}/metadata/endpoints?api-version=2022-09-01", client.emulator.base);
    assert!(stranger.get(url).send().await.is_err());
    let again = Client::start().await;
    assert_ne!(client.emulator.ca_pem, again.emulator.ca_pem);
    let ca = again.emulator.ca.clone();
    assert!(ca.is_file());
    again.emulator.stop().await.expect("a clean stop");
    assert!(!ca.exists(), "the temporary folder is removed");
}

#[tokio::test]
async fn sovereign_cloud_has_other_names() {
    let client = Client::with(emulator::Emulator::builder().cloud("usgovernment")).await;
    let url = format!("{}/metadata/endpoints?api-version=2022-09-01", client.emulator.base);
    let document = read(client.http.get(url).send().await.expect("an answer")).await.is(200).body;
    assert_eq!(document["name"], "AzureUSGovernment");
    let links = client.get(&format!("{}/privateLinkResources", client.hub())).await.is(200).body;
    let zones = &links["value"][0]["properties"]["requiredZoneNames"];
    let wanted = ["privatelink.api.ml.azure.us", "privatelink.notebooks.usgovcloudapi.net"];
    assert_eq!(zones, &json!(wanted));
    assert!(emulator::Emulator::builder().cloud("moon").start().await.is_err());
}
