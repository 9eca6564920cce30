//! Provider functions: pure, and callable without configuration.

use crate::proto::tfplugin5 as wire;
use crate::ty::Type;
use crate::value::Value;
use thiserror::Error;

/// One parameter of a function.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Its type; the arguments arrive converted to it.
    pub ty: Type,
    /// One sentence of Markdown.
    pub description: &'static str,
}

/// What a function takes and returns.
#[derive(Clone, Debug)]
pub struct Signature {
    /// Name after `provider::<local name>::`.
    pub name: &'static str,
    /// One line.
    pub summary: &'static str,
    /// Some sentences of Markdown.
    pub description: &'static str,
    /// Parameters in order; arguments are never null nor unknown.
    pub parameters: Vec<Parameter>,
    /// A last parameter that a call may leave out or give several times.
    pub variadic: Option<Parameter>,
    /// Type of the result.
    pub returns: Type,
}

/// Why a function has no result.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{text}")]
pub struct FunctionError {
    /// A clause in lower case without a full stop.
    pub text: String,
    /// Which argument is at fault, counted from 0.
    pub argument: Option<i64>,
}

impl FunctionError {
    /// A fault of the call as a whole.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), argument: None }
    }

    /// A fault of one argument.
    pub fn argument(index: i64, text: impl Into<String>) -> Self {
        Self { text: text.into(), argument: Some(index) }
    }
}

/// A provider function.
pub trait Function: Send + Sync {
    /// What it takes and returns.
    fn signature(&self) -> Signature;

    /// Its result. The same arguments always give the same one.
    ///
    /// # Errors
    ///
    /// When the arguments have no result.
    fn call(&self, arguments: &[Value]) -> Result<Value, FunctionError>;
}

impl Signature {
    pub(crate) fn to_wire(&self) -> wire::Function {
        let parameter = |parameter: &Parameter| wire::function::Parameter {
            name: parameter.name.to_owned(),
            r#type: parameter.ty.to_bytes(),
            allow_null_value: false,
            allow_unknown_values: false,
            description: parameter.description.to_owned(),
            description_kind: wire::StringKind::Markdown.into(),
        };
        wire::Function {
            parameters: self.parameters.iter().map(parameter).collect(),
            variadic_parameter: self.variadic.as_ref().map(parameter),
            r#return: Some(wire::function::Return { r#type: self.returns.to_bytes() }),
            summary: self.summary.to_owned(),
            description: self.description.to_owned(),
            description_kind: wire::StringKind::Markdown.into(),
            deprecation_message: String::new(),
        }
    }
}
