//! Refusals of token services: their codes, advice on the codes, and their way through azure_core.

use crate::error::{Error, ErrorKind, plain_text};
use azure_core::error::ErrorKind as CoreErrorKind;
use azure_core::http::Request;

/// Returns the error of a response.
pub(super) fn from_response(request: &Request, status: u16, body: &[u8]) -> Error {
    let at = url_of(request);
    let parsed = serde_json::from_slice::<serde_json::Value>(body).ok();
    let Some(told) = parsed.filter(|body| !body["error"].is_null() || !body["message"].is_null())
    else {
        let text = match plain_text(body) {
            words if words.is_empty() => "an empty response".to_owned(),
            _ if (200..300).contains(&status) && body.starts_with(b"{") => {
                "a response without a token".to_owned()
            }
            words => format!("no token but: {words}"),
        };
        let text = format!("{at} returned status {status} with {text}");
        return Error::new(ErrorKind::SignIn, text);
    };
    let error = Error::from_response(status, body).with_kind(ErrorKind::SignIn);
    let mut codes: Vec<String> = error.codes().map(str::to_owned).collect();
    codes.extend(codes_in(&error.to_string()));
    let id = |name: &str| told[name].as_str().map(str::to_owned);
    error
        .with_note(&format!("The response came from {at}"))
        .with_codes(codes)
        .with_ids(id("trace_id"), id("correlation_id"))
}

/// Returns the URL of a request for messages, without its query.
pub(super) fn url_of(request: &Request) -> String {
    let mut url = request.url().clone();
    url.set_query(None);
    url.to_string()
}

/// Wraps an error for azure_core. [`from_core_error`] unwraps it.
pub(super) fn into_core_error(error: Error) -> azure_core::Error {
    let text = error.to_string();
    azure_core::Error::with_error(CoreErrorKind::Credential, error, text)
}

/// Returns the error that [`into_core_error`] wrapped, if any.
pub(crate) fn from_core_error(error: &azure_core::Error) -> Option<Error> {
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = next {
        if let Some(own) = error.downcast_ref::<Error>() {
            return Some(own.clone());
        }
        next = error.source();
    }
    None
}

/// Returns Entra ID's error codes in a text, such as AADSTS7000215.
pub(super) fn codes_in(text: &str) -> Vec<String> {
    let mut codes = Vec::new();
    for part in text.split("AADSTS").skip(1) {
        let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
        let code = format!("AADSTS{digits}");
        if !digits.is_empty() && !codes.contains(&code) {
            codes.push(code);
        }
    }
    codes
}

/// Returns advice on a sign-in error, if its code is known.
///
/// Sources: Microsoft's list of Entra ID error codes, and public threads about each code.
pub fn advice(error: &Error) -> Option<&'static str> {
    error.codes().find_map(meaning)
}

fn meaning(code: &str) -> Option<&'static str> {
    Some(match code {
        "AADSTS700016" => {
            "The tenant has no application with this client ID. Check that the ID is the \
             application's client ID, not its object ID, and that the tenant contains the \
             application or a service principal of it."
        }
        "AADSTS7000215" => {
            "The client secret does not belong to the application. Set the secret's value, not \
             its ID: Azure shows the value only once, when the secret is created."
        }
        "AADSTS7000222" => {
            "The client secret has expired. Use a federated credential, which never expires, or \
             create a new secret:\n\n  az ad app credential reset --id CLIENT_ID --append"
        }
        "AADSTS7000229" => {
            "The tenant has no service principal of the application. Create one:\n\n  \
             az ad sp create --id CLIENT_ID"
        }
        "AADSTS90002" | "AADSTS900023" | "AADSTS90013" => {
            "The tenant does not exist in this cloud. Check the configured cloud and the tenant \
             ID:\n\n  az account show --query tenantId"
        }
        "AADSTS900382" | "AADSTS90038" | "AADSTS900432" => {
            "The tenant belongs to another cloud. Configure the cloud of the tenant."
        }
        "AADSTS70021" | "AADSTS700213" | "AADSTS7002138" | "AADSTS700211" | "AADSTS700212" => {
            "No federated credential of the application matches the token. Issuer, subject, and \
             audience must match exactly. The subject names the repository with its branch or \
             environment, the service connection, the service account, or the workspace with its \
             run phase (plan and apply need one each). A new one takes some minutes to work."
        }
        "AADSTS700024" => {
            "The assertion is not valid at this time: it has expired, or the clock of this \
             machine is wrong. A token that is set as a value expires within minutes. Use a \
             token file or a request URL, which the provider reads again for each sign-in."
        }
        "AADSTS700027" => {
            "The certificate is not registered with the application, or has expired. Use the \
             newer certificate, or upload this one:\n\n  az ad app credential reset --id CLIENT_ID \
             --cert @FILE --append"
        }
        "AADSTS500011" | "AADSTS50001" | "AADSTS500014" => {
            "The tenant does not know the audience. Check the cloud, and the audience if one is \
             configured."
        }
        "AADSTS65001" => {
            "The application lacks consent. Ask an administrator of the tenant to grant it."
        }
        "SubscriptionNotFound" => {
            "No account of the Azure CLI has access to the subscription. Correct the \
             subscription ID, or sign in to the tenant of the subscription:\n\n  az account list \
             --all\n  az login --tenant TENANT"
        }
        "AADSTS7000112" => "The application is disabled in the tenant. Enable the application.",
        _ => return advice_for_people(code),
    })
}

/// Returns advice on an error that only a person's sign-in can have.
fn advice_for_people(code: &str) -> Option<&'static str> {
    Some(match code {
        "AADSTS50034" | "AADSTS50020" => {
            "The account does not belong to this tenant. Sign in to the account's tenant, or ask \
             an administrator to invite the account."
        }
        "AADSTS50076" | "AADSTS50079" | "AADSTS50078" | "AADSTS50158" => {
            "The account needs multifactor authentication, which requires a person. Use a \
             service principal, or sign in again:\n\n  az login --tenant TENANT"
        }
        "AADSTS50173" | "AADSTS700082" | "AADSTS70043" | "AADSTS70008" => {
            "The session of the Azure CLI has ended. Sign in again:\n\n  az login"
        }
        "AADSTS53003" | "AADSTS53000" | "AADSTS530003" => {
            "A Conditional Access policy of the tenant blocks the sign-in. Ask an administrator \
             of the tenant to exempt the identity, or sign in as the policy requires."
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use azure_core::http::{Method, Url};

    fn check(status: u16, body: &str, says: &[&str]) -> Error {
        let url = Url::parse("https://login.local/t/token?sig=hidden").unwrap();
        let error = from_response(&Request::new(url, Method::Post), status, body.as_bytes());
        assert_eq!(error.kind(), ErrorKind::SignIn, "{body}");
        for words in says {
            assert!(error.to_string().contains(words), "{error} lacks {words}");
        }
        assert!(!error.to_string().contains("hidden"), "{error}");
        error
    }

    #[test]
    fn the_message_and_codes_of_entra_id_are_kept() {
        let error = check(
            401,
            r#"{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret.
               Trace ID: t","error_codes":[7000215],"trace_id":"tr","correlation_id":"co"}"#
                .replace('\n', " ")
                .as_str(),
            &["AADSTS7000215: Invalid client secret."],
        );
        assert!(error.code_is("invalid_client") && error.code_is("AADSTS7000215"));
        assert_eq!((error.request_id(), error.correlation_id()), (Some("tr"), Some("co")));
        assert!(advice(&error).unwrap().contains("not its ID"));
    }

    #[test]
    fn other_responses_are_summarized() {
        check(503, "<html><h1>Maintenance</h1></html>", &["status 503", "Maintenance"]);
        check(200, "<html>Sign in</html>", &["login.local/t/token", "Sign in"]);
        check(500, "", &["an empty response"]);
        let token = check(200, r#"{"access":"eyJ"}"#, &["without a token"]);
        assert!(!token.to_string().contains("eyJ"));
        assert_eq!(advice(&token), None);
    }

    #[test]
    fn codes_are_found_anywhere_in_a_text() {
        let text = "ERROR: AADSTS50076: Due to ... AADSTS50076 or AADSTS. AADSTS700016:";
        assert_eq!(codes_in(text), ["AADSTS50076", "AADSTS700016"]);
    }
}
