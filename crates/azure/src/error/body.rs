//! Bodies of error responses: ARM's envelopes (`ErrorResponse` of the ARM RPC, the status document
//! of an operation), OAuth's errors, or the page of a gateway.
//!
//! The body is decoded by hand and leniently, because it serves messages: a member of an unknown
//! form must not hide the others. HTML is stripped by hand, because only the words of a page
//! matter.

use serde_json::Value as Json;

/// Codes and message of an error body.
#[derive(Default)]
pub(super) struct ErrorBody {
    pub(super) codes: Vec<String>,
    pub(super) message: String,
    pub(super) violations: Vec<PolicyViolation>,
}

/// Policy that denies a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyViolation {
    /// Name of the assignment.
    pub assignment: String,
    /// ID of the assignment.
    pub assignment_id: String,
    /// Name of the definition.
    pub definition: String,
    /// ID of the definition.
    pub definition_id: String,
}

impl PolicyViolation {
    fn from_info(info: &Json) -> Self {
        let text = |names: [&str; 2]| {
            let texts = names.iter().filter_map(|name| info[*name].as_str());
            texts.filter(|text| !text.is_empty()).map(str::to_owned).next().unwrap_or_default()
        };
        Self {
            assignment: text(["policyAssignmentDisplayName", "policyAssignmentName"]),
            assignment_id: text(["policyAssignmentId", ""]),
            definition: text(["policyDefinitionDisplayName", "policyDefinitionName"]),
            definition_id: text(["policyDefinitionId", ""]),
        }
    }
}

impl ErrorBody {
    pub(super) fn from_json(body: &Json) -> Self {
        let mut told = Self::default();
        let inner = [&body["error"], &body["Error"], &body["properties"]["error"]];
        let inner = inner.into_iter().find(|it| it.is_object()).unwrap_or(body);
        told.collect(inner, 0);
        told
    }

    fn collect(&mut self, body: &Json, depth: usize) {
        let text = |names: [&str; 2]| {
            names.into_iter().find_map(|name| body[name].as_str()).filter(|text| !text.is_empty())
        };
        let code = text(["code", "Code"]);
        let message = text(["message", "Message"]).or_else(|| text(["error_description", ""]));
        let code = code.or_else(|| body["error"].as_str());
        self.codes.extend(code.map(str::to_owned));
        if let Some(message) = message.filter(|message| !self.message.contains(message)) {
            let indent = "  ".repeat(depth);
            let head = match (depth, code) {
                (0, _) => String::new(),
                (_, Some(code)) => format!("\n{indent}{code}: "),
                (_, None) => format!("\n{indent}"),
            };
            self.message.push_str(&format!("{head}{message}"));
        }
        if let Some(target) = text(["target", "Target"]).filter(|it| !self.message.contains(it)) {
            self.message.push_str(&format!(" (target: {target})"));
        }
        // The service chooses the depth, so limit it.
        if depth < 8 {
            let details = body["details"].as_array().into_iter().flatten();
            for detail in details.chain(body.get("innererror").filter(|it| it.is_object())) {
                self.collect(detail, depth + 1);
            }
        }
        for info in body["additionalInfo"].as_array().into_iter().flatten() {
            let violates = info["type"].as_str() == Some("PolicyViolation");
            let violation = PolicyViolation::from_info(&info["info"]);
            // Without the ID of an assignment, the information is appended to the message as it is.
            if violates && !violation.assignment_id.is_empty() {
                self.violations.push(violation);
                continue;
            }
            self.message.push_str(&format!("\n{}: {}", info["type"].as_str().unwrap_or("info"), {
                &info["info"]
            }));
        }
    }
}

/// Returns the message for a body without an error envelope: the words of a gateway's page, or
/// none.
pub(super) fn no_envelope(body: &[u8]) -> String {
    let words = plain_text(body);
    if words.is_empty() {
        return "Azure gave no reason.".to_owned();
    }
    format!("The response is not an error of Azure Resource Manager. It says: {words}")
}

/// Returns the first words of a text, without its HTML.
pub(crate) fn plain_text(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(&body[..body.len().min(4096)]);
    let mut words = String::new();
    let mut inside = false;
    for c in text.chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                words.push(' ');
            }
            c if !inside => words.push(c),
            _ => {}
        }
    }
    let words: Vec<&str> = words.split_whitespace().take(60).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use crate::error::{Error, ErrorKind};

    fn check(status: u16, body: &str, kind: ErrorKind, code: Option<&str>, says: &[&str]) {
        let error = Error::from_response(status, body.as_bytes());
        assert_eq!((error.kind(), error.code()), (kind, code), "{body}");
        for words in says {
            assert!(error.to_string().contains(words), "{error} lacks {words}");
        }
    }

    #[test]
    fn every_error_envelope_is_decoded() {
        let nested = r#"{"error":{"code":"A","message":"one","target":"t","details":[
            {"code":"B","message":"two","details":[{"code":"C","message":"three"}]}],
            "additionalInfo":[{"type":"PolicyViolation","info":{"policy":"p"}}]}}"#;
        check(
            400,
            nested,
            ErrorKind::Invalid,
            Some("A"),
            &["one", "two", "three", "target: t", "policy"],
        );
        check(
            404,
            r#"{"code":"NotFound","message":"m"}"#,
            ErrorKind::NotFound,
            Some("NotFound"),
            &["m"],
        );
        check(
            409,
            r#"{"Code":"X","Message":"m"}"#,
            ErrorKind::Conflict,
            Some("X"),
            &["X (409): m"],
        );
        check(
            403,
            r#"{"status":"Failed","error":{"code":"Y","message":"m"}}"#,
            ErrorKind::Denied,
            Some("Y"),
            &[],
        );
        check(
            500,
            r#"{"error":{"code":"Z","innererror":{"code":"W","message":"deep"}}}"#,
            ErrorKind::Transport,
            Some("Z"),
            &["deep"],
        );
        check(
            502,
            "<html><head><title>502</title></head>Bad Gateway</html>",
            ErrorKind::Transport,
            None,
            &["Bad Gateway"],
        );
        check(503, "", ErrorKind::Transport, None, &["no reason"]);
        check(
            401,
            r#"{"error":"invalid_client","error_description":"AADSTS7000215: no"}"#,
            ErrorKind::Denied,
            Some("invalid_client"),
            &["AADSTS7000215"],
        );
    }
}
