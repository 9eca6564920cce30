//! Provider functions: pure functions that need no configuration.

use crate::proto::tfplugin5 as wire;
use crate::ty::Type;
use crate::value::Value;
use thiserror::Error;

/// Parameter of a function.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Name of the parameter.
    pub name: &'static str,
    /// Type of the parameter. Terraform converts the arguments to it.
    pub ty: Type,
    /// Description in one sentence of Markdown.
    pub description: &'static str,
}

impl Parameter {
    /// Creates a parameter for a text.
    pub const fn text(name: &'static str, description: &'static str) -> Self {
        Self { name, ty: Type::String, description }
    }
}

/// Parameters and result of a function.
#[derive(Clone, Debug)]
pub struct Signature {
    /// Name after `provider::<local name>::`.
    pub name: &'static str,
    /// Summary in one line.
    pub summary: &'static str,
    /// Description in Markdown.
    pub description: &'static str,
    /// Parameters in order. Arguments are neither null nor unknown.
    pub parameters: Vec<Parameter>,
    /// Last parameter, which a call may omit or repeat.
    pub variadic: Option<Parameter>,
    /// Type of the result.
    pub returns: Type,
}

/// Error of a function call.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{text}")]
pub struct FunctionError {
    /// Description: a clause in lowercase without a full stop.
    pub text: String,
    /// Index of the argument at fault, counted from 0.
    pub argument: Option<i64>,
}

impl FunctionError {
    /// Creates an error of the whole call.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), argument: None }
    }

    /// Creates an error of one argument.
    pub fn argument(index: i64, text: impl Into<String>) -> Self {
        Self { text: text.into(), argument: Some(index) }
    }
}

/// A provider function.
pub trait Function: Send + Sync {
    /// Returns the parameters and the result.
    fn signature(&self) -> Signature;

    /// Returns the result. Equal arguments always have equal results.
    ///
    /// # Errors
    ///
    /// Returns an error if the arguments have no result.
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
