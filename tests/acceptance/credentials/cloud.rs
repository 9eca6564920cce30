//! Identities of the emulator.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use crate::cloud::Cloud;

impl Cloud {
    /// Returns a token for ARM, as the token service issues it.
    pub fn token(&self) -> String {
        let environment = self.environment();
        let of = |name: &str| {
            let found = environment.iter().find(|(known, _)| *known == name);
            found.unwrap().1.clone()
        };
        let ca = std::fs::read(of("SSL_CERT_FILE")).unwrap();
        let ca = reqwest::Certificate::from_pem(&ca).unwrap();
        let base = format!("https://{}", of("ARM_METADATA_HOSTNAME"));
        let body = format!(
            "grant_type=client_credentials&client_id={}&client_secret={}&scope={base}/.default",
            of("ARM_CLIENT_ID"),
            of("ARM_CLIENT_SECRET")
        );
        let url = format!("{base}/{}/oauth2/v2.0/token", of("ARM_TENANT_ID"));
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let text = runtime.block_on(async {
            let client = reqwest::Client::builder().tls_certs_only([ca]).build().unwrap();
            let form = "application/x-www-form-urlencoded";
            let request = client.post(url).header("content-type", form).body(body);
            request.send().await.unwrap().text().await.unwrap()
        });
        let answer: serde_json::Value = serde_json::from_str(&text).unwrap();
        answer["access_token"].as_str().unwrap().to_owned()
    }

    /// Returns the tenant ID.
    pub fn tenant(&self) -> String {
        self.variable("ARM_TENANT_ID")
    }

    /// Returns the application's client ID.
    pub fn client_id(&self) -> String {
        self.variable("ARM_CLIENT_ID")
    }

    /// Returns a new token of an issuer that the application trusts.
    pub fn assertion(&self) -> String {
        use std::sync::atomic::{AtomicU32, Ordering};
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let claims = json!({
            "iss": "https://app.terraform.io",
            "sub": format!("assertion-{number}"),
            "aud": "api://AzureADTokenExchange",
            "exp": 4_070_908_800_u64,
        });
        let claims = URL_SAFE_NO_PAD.encode(claims.to_string());
        format!("eyJhbGciOiJSUzI1NiJ9.{claims}.signature")
    }

    /// Returns the URL of the emulator's managed identity service.
    pub fn imds(&self) -> String {
        let host = self.variable("ARM_METADATA_HOSTNAME");
        format!("https://{host}/metadata/identity/oauth2/token")
    }

    /// Returns the value of one of the client's environment variables.
    pub fn variable(&self, name: &str) -> String {
        let found = self.environment().into_iter().find(|(known, _)| *known == name);
        found.unwrap().1
    }
}
