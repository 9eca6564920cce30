//! Call that converts the state of another type, for a `moved` block.

use super::Inner;
use crate::codec;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::moves::{self, MoveSource, Stored};
use crate::proto::tfplugin5 as wire;
use crate::write_only;
use wire::move_resource_state::{Request, Response};

pub(super) fn not_moved(found: Diagnostics) -> Response {
    Response { diagnostics: found.into_wire(), ..Response::default() }
}

impl Inner {
    pub(super) fn moved(&self, request: &Request) -> Response {
        if request.source_type_name == request.target_type_name {
            return self.same_type(request);
        }
        match self.other_type(request) {
            Ok(state) => Response { target_state: Some(state), ..Response::default() },
            Err(found) => not_moved(found),
        }
    }

    /// Upgrades the state of the same type from another provider address. Only the provider
    /// changes.
    fn same_type(&self, request: &Request) -> Response {
        let (name, version) = (&request.target_type_name, request.source_schema_version);
        match self.upgraded(name, version, request.source_state.as_ref()) {
            Ok(state) => Response {
                target_state: Some(state),
                target_private: request.source_private.clone(),
                ..Response::default()
            },
            Err(found) => not_moved(found),
        }
    }

    fn other_type(&self, request: &Request) -> Result<wire::DynamicValue, Diagnostics> {
        let (schema, resource) = self.resource(&request.target_type_name)?;
        let raw = request.source_state.as_ref().map(|raw| raw.json.as_slice()).unwrap_or_default();
        // State from before Terraform 0.12 is not JSON, and has no known type.
        let state: Stored = serde_json::from_slice(raw).unwrap_or_default();
        let move_sources = resource.move_sources();
        let (address, ty) = (&request.source_provider_address, &request.source_type_name);
        let Some(source) = move_sources.iter().find(|source| source.is(address, ty)) else {
            return Err(unknown_source(request, &move_sources).into());
        };
        let state = moves::completed(&schema.block, &(source.convert)(source.ty, &state)?);
        let state = write_only::kept(&schema.block, state);
        Ok(codec::encode(&state, &schema.block.ty()))
    }
}

fn unknown_source(request: &Request, move_sources: &[MoveSource]) -> Diagnostic {
    let Request { source_type_name: source, target_type_name: target, .. } = request;
    let summary = format!("{source} cannot be moved to {target}");
    let known = if move_sources.is_empty() {
        format!("No type can be moved to {target}.")
    } else {
        let rows = move_sources.iter().map(|source| format!("  - {}", source.label()));
        let rows = rows.collect::<Vec<_>>().join("\n");
        format!("A `moved` block accepts these types for {target}:\n{rows}")
    };
    let detail = format!(
        "The object has the type {source} of the provider {}. {known}\n\nTo adopt an object of \
         another type, write two other blocks instead of the `moved` block. A `removed` block of \
         the old address (`lifecycle {{ destroy = false }}`) makes Terraform forget the object. \
         An `import` block of the new address imports it.",
        request.source_provider_address
    );
    Diagnostic::error(summary, detail)
}
