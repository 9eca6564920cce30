//! Errors of Azure Resource Manager: a status, a code, a message, and details.
//!
//! An error is an answer that goes to the client as JSON. It does not implement
//! `std::error::Error`, because nothing prints it and it has no source.

use serde_json::{Value, json};

use crate::guid::fixed_guid;

/// An error in the envelope that every resource provider uses.
#[derive(Debug, Clone)]
pub(crate) struct ArmError {
    pub(crate) status: u16,
    pub(crate) code: Box<str>,
    pub(crate) message: Box<str>,
    pub(crate) target: Option<Box<str>>,
    pub(crate) details: Vec<(String, String)>,
    pub(crate) context: Option<Box<ErrorContext>>,
    pub(crate) headers: Vec<(&'static str, String)>,
    /// If `true`, the operation reports the error, not the response to the request.
    pub(crate) in_operation: bool,
    pub(crate) envelope: Envelope,
}

/// Form of the error's body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Envelope {
    /// `error`, with `details` if there are any.
    Error,
    /// `error`, always with `details`.
    Detailed,
    /// No envelope: code and message are at the top level.
    Bare,
    /// Machine learning's long form (recorded by the Azure SDK's tests).
    Long,
}

/// Parts that few errors have.
#[derive(Debug, Clone)]
pub(crate) enum ErrorContext {
    /// Type and content of an entry of `additionalInfo`.
    Information(&'static str, Value),
    /// Path of a property that the type does not have.
    Unknown(String),
}

impl ArmError {
    /// Creates an error with any status.
    pub(crate) fn new(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self {
            status,
            code: code.into(),
            message: message.into().into(),
            target: None,
            details: Vec::new(),
            context: None,
            headers: Vec::new(),
            in_operation: false,
            envelope: Envelope::Error,
        }
    }

    /// Creates an error with status 400 and a code.
    pub(crate) fn bad(code: &str, message: impl Into<String>) -> Self {
        Self::new(400, code, message)
    }

    /// Creates the error for a body that does not have the expected form.
    pub(crate) fn content(message: impl Into<String>) -> Self {
        let message = message.into();
        let text =
            format!("The request content was invalid and could not be deserialized: '{message}'.");
        Self::bad("InvalidRequestContent", text)
    }

    /// Creates Microsoft.Network's error for a body: a general code, with the reason in the
    /// details.
    pub(crate) fn format(code: &str, message: impl Into<String>) -> Self {
        Self::bad("InvalidRequestFormat", "Cannot parse the request.").detail(code, message)
    }

    /// Adds an entry to `details`.
    pub(crate) fn detail(mut self, code: &str, message: impl Into<String>) -> Self {
        self.details.push((code.to_owned(), message.into()));
        self
    }

    /// Adds an entry to `additionalInfo`.
    pub(crate) fn information(mut self, resource_type: &'static str, info: Value) -> Self {
        self.context = Some(Box::new(ErrorContext::Information(resource_type, info)));
        self
    }

    /// Sets the path of the property that the type does not have.
    pub(crate) fn unknown(mut self, path: &str) -> Self {
        self.context = Some(Box::new(ErrorContext::Unknown(path.to_owned())));
        self
    }

    /// Adds a header to the response.
    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Puts code and message at the top level of the body.
    pub(crate) fn without_envelope(mut self) -> Self {
        self.envelope = Envelope::Bare;
        self
    }

    /// Gives the body machine learning's long form.
    pub(crate) fn long(mut self) -> Self {
        self.envelope = Envelope::Long;
        self
    }

    /// Makes the operation report the error, not the response.
    pub(crate) fn in_operation(mut self) -> Self {
        self.in_operation = true;
        self
    }

    /// Creates the error for the `GET` of a resource that does not exist.
    pub(crate) fn resource_not_found(resource_type: &str, name: &str, group: &str) -> Self {
        let text = format!(
            "The Resource '{resource_type}/{name}' under resource group '{group}' was not found. \
             For more details please go to https://aka.ms/ARMResourceNotFoundFix"
        );
        Self::new(404, "ResourceNotFound", text)
    }

    /// Creates the error for a resource group that does not exist.
    pub(crate) fn group_not_found(group: &str) -> Self {
        let text = format!("Resource group '{group}' could not be found.");
        Self::new(404, "ResourceGroupNotFound", text)
    }

    /// Creates Microsoft.Network's error for a reference to a resource that does not exist.
    pub(crate) fn reference(id: &str, by: &str) -> Self {
        let text = format!(
            "Resource {id} referenced by resource {by} was not found. Please make sure that the \
             referenced resource exists, and that both resources are in the same region."
        );
        Self::bad("InvalidResourceReference", text)
    }

    /// Returns the object that is under `error` in bodies and in failed operations.
    pub(crate) fn inner(&self) -> Value {
        let mut inner = json!({ "code": self.code, "message": self.message });
        if let Some(target) = &self.target {
            inner["target"] = json!(target);
        }
        if !self.details.is_empty() || self.envelope == Envelope::Detailed {
            let details = self.details.iter();
            inner["details"] = details
                .map(|(code, message)| json!({ "code": code, "message": message }))
                .collect();
        }
        if let Some(ErrorContext::Information(resource_type, info)) = self.context.as_deref() {
            inner["additionalInfo"] = json!([{ "type": resource_type, "info": info }]);
        }
        inner
    }

    /// Returns the whole body.
    pub(crate) fn body(&self) -> Value {
        match self.envelope {
            Envelope::Bare => self.inner(),
            Envelope::Error | Envelope::Detailed => json!({ "error": self.inner() }),
            Envelope::Long => self.long_body(),
        }
    }

    fn long_body(&self) -> Value {
        let guid =
            |what: &str| fixed_guid(&format!("{what} {}", self.message)).simple().to_string();
        json!({
            "error": {
                "code": self.code,
                "severity": null,
                "message": self.message,
                "messageFormat": null,
                "messageParameters": null,
                "referenceCode": null,
                "detailsUri": null,
                "target": null,
                "details": [],
                "innerError": null,
                "debugInfo": null,
                "additionalInfo": null,
            },
            "correlation": { "operation": guid("operation"), "request": guid("request") },
            "environment": "eastus",
            "location": "eastus",
            "time": "2026-01-01T00:00:00.0000000+00:00",
            "componentName": "account-rp",
            "statusCode": self.status,
        })
    }
}
