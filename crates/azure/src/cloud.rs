//! Where a cloud's services are.

use crate::body::{BodyError, read_body};
use crate::deadline::Deadline;
use crate::error::{Error, ErrorKind};
use crate::retry::Backoff;
use serde::Deserialize;
use url::Url;

/// How often a metadata document is asked for: within about two seconds.
const MAX_TRIES: u32 = 4;

/// A cloud: its ARM, its token service, and the audience of ARM's tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cloud {
    name: String,
    resource_manager: Url,
    authority: Url,
    audience: String,
}

/// The clouds that have names: name, ARM, token service (endpoints as in the metadata documents).
const CLOUDS: &[(&[&str], &str, &str)] = &[
    (&["public", "global"], "https://management.azure.com", "https://login.microsoftonline.com"),
    (
        &["usgovernment", "usgovernmentl4", "usgovernmentl5", "dod"],
        "https://management.usgovcloudapi.net",
        "https://login.microsoftonline.us",
    ),
    (&["china"], "https://management.chinacloudapi.cn", "https://login.chinacloudapi.cn"),
];

impl Cloud {
    /// The cloud of that name; azurerm's names, in any case.
    pub fn by_name(name: &str) -> Option<Self> {
        let known = |names: &[&str]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
        let (names, resource_manager, authority) =
            CLOUDS.iter().find(|(names, ..)| known(names))?;
        let mut cloud = Self::custom(resource_manager, authority, None).ok()?;
        cloud.name = (*names.first()?).to_owned();
        Some(cloud)
    }

    /// A cloud by the addresses of its services. Without an audience, ARM's address is it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`] when an address is none, or is not https.
    pub fn custom(
        resource_manager: &str,
        authority: &str,
        audience: Option<&str>,
    ) -> Result<Self, Error> {
        let resource_manager = https(resource_manager)?;
        let audience = audience.unwrap_or(resource_manager.as_str()).trim_end_matches('/');
        Ok(Self {
            name: "custom".to_owned(),
            audience: audience.to_owned(),
            authority: https(authority)?,
            resource_manager,
        })
    }

    /// Reads the cloud from a host's metadata document (api-version 2022-09-01).
    ///
    /// # Errors
    ///
    /// An error if the host cannot be reached, or its document cannot be read.
    pub async fn from_metadata(
        host: &str,
        client: &reqwest::Client,
        until: &Deadline,
    ) -> Result<Self, Error> {
        let base = if host.contains("://") { host.to_owned() } else { format!("https://{host}") };
        let mut url = https(&base)?;
        url.set_path("/metadata/endpoints");
        url.set_query(Some("api-version=2022-09-01"));
        let body = fetch_with_retries(client, &url, until).await?;
        // The real service is known to begin with a byte order mark.
        let text = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&body);
        let metadata: Metadata = serde_json::from_slice(text).map_err(|error| {
            Error::new(ErrorKind::Decode, format!("{url} does not describe a cloud: {error}."))
        })?;
        metadata.cloud()
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The address of its ARM.
    pub fn resource_manager(&self) -> &Url {
        &self.resource_manager
    }

    /// The address of its token service.
    pub fn authority(&self) -> &Url {
        &self.authority
    }

    /// The scope of ARM's tokens.
    pub fn scope(&self) -> String {
        format!("{}/.default", self.audience)
    }
}

/// A moment's trouble must not end a run before it has begun.
async fn fetch_with_retries(
    client: &reqwest::Client,
    url: &Url,
    until: &Deadline,
) -> Result<Vec<u8>, Error> {
    let mut backoff = Backoff::of_requests();
    let mut tries = 1;
    loop {
        match until.run(fetch(client, url)).await {
            Err(error) if error.kind() == ErrorKind::Transport && tries < MAX_TRIES => {
                tries += 1;
                let _wait = until.waiting("the description of the cloud");
                until.sleep(backoff.pause(None)).await?;
            }
            done => return done,
        }
    }
}

/// Bytes that the description of a cloud may have: it has a few thousand.
const MAX_DOCUMENT: usize = 1 << 20;

async fn fetch(client: &reqwest::Client, url: &Url) -> Result<Vec<u8>, Error> {
    let failed = |error: reqwest::Error| {
        Error::from_source(
            ErrorKind::Transport,
            &format!("{url} cannot be read"),
            &error.without_url(),
        )
    };
    let answer = client.get(url.clone()).send().await.map_err(failed)?;
    let status = answer.status().as_u16();
    let chunks = futures::stream::try_unfold(answer, |mut answer| async {
        Ok(answer.chunk().await?.map(|chunk| (chunk, answer)))
    });
    let body = read_body(chunks, MAX_DOCUMENT).await.map_err(|error| match error {
        BodyError::Interrupted(error) => failed(error),
        BodyError::TooLarge => {
            let text = format!("{url} answered with more than {MAX_DOCUMENT} bytes.");
            Error::new(ErrorKind::Protocol, text)
        }
    })?;
    if status == 200 { Ok(body.to_vec()) } else { Err(Error::from_response(status, &body)) }
}

fn https(address: &str) -> Result<Url, Error> {
    let refuse = |why: &str| Error::new(ErrorKind::Invalid, format!("{address:?} {why}."));
    let url = Url::parse(address).map_err(|error| refuse(&format!("is not a URL: {error}")))?;
    if url.scheme() != "https" {
        return Err(refuse("is not an https address; tokens are sent over https only"));
    }
    if url.host_str().is_none() {
        return Err(refuse("contains no host name"));
    }
    Ok(url)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    name: Option<String>,
    resource_manager: String,
    authentication: MetadataAuthentication,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MetadataAuthentication {
    login_endpoint: String,
    audiences: Option<Vec<String>>,
}

impl Metadata {
    fn cloud(self) -> Result<Cloud, Error> {
        let plain = |text: &str| text.trim_end_matches('/').to_ascii_lowercase();
        let MetadataAuthentication { login_endpoint, audiences } = self.authentication;
        let audiences = audiences.unwrap_or_default();
        // ARM's own address is an audience in every cloud; a document that says otherwise wins.
        let own = plain(&self.resource_manager);
        let listed = audiences.iter().any(|audience| plain(audience) == own);
        let audience = audiences.first().filter(|_| !listed).map(String::as_str);
        let mut cloud = Cloud::custom(&self.resource_manager, &login_endpoint, audience)?;
        cloud.name = self.name.unwrap_or_default();
        Ok(cloud)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clouds_have_azurerms_names() {
        for (name, host) in [
            ("public", "management.azure.com"),
            ("GLOBAL", "management.azure.com"),
            ("usgovernment", "management.usgovcloudapi.net"),
            ("china", "management.chinacloudapi.cn"),
        ] {
            let cloud = Cloud::by_name(name).unwrap();
            assert_eq!(cloud.resource_manager().host_str(), Some(host));
            assert_eq!(cloud.scope(), format!("https://{host}/.default"));
        }
        assert_eq!(Cloud::by_name("german"), None);
    }

    #[test]
    fn only_https_is_spoken() {
        for address in ["http://localhost:1", "localhost", "", "ftp://x"] {
            assert!(Cloud::custom(address, "https://login", None).is_err(), "{address}");
        }
    }

    #[test]
    fn a_document_may_have_an_audience_of_its_own() {
        let document = |audiences: &str| -> Metadata {
            serde_json::from_str(&format!(
                r#"{{"name":"x","resourceManager":"https://arm.local/","authentication":
                   {{"loginEndpoint":"https://login.local/","audiences":{audiences}}}}}"#
            ))
            .unwrap()
        };
        let scope = |audiences| document(audiences).cloud().unwrap().scope();
        assert_eq!(scope(r#"["https://other","https://arm.local"]"#), "https://arm.local/.default");
        assert_eq!(scope(r#"["https://other"]"#), "https://other/.default");
        assert_eq!(scope("[]"), "https://arm.local/.default");
    }
}
