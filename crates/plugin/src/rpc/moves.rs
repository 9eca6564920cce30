//! Call that converts the state of another type, for a `moved` block.

use super::Inner;
use crate::codec;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::moves::{self, MoveSource, Stored};
use crate::proto::tfplugin5 as wire;
use crate::ty::Type;
use crate::write_only;
use serde_json::Value as Json;
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
        match self.same_type_state(request) {
            Ok(state) => Response {
                target_state: Some(state),
                target_private: request.source_private.clone(),
                ..Response::default()
            },
            Err(found) => not_moved(found),
        }
    }

    fn same_type_state(&self, request: &Request) -> Result<wire::DynamicValue, Diagnostics> {
        let (name, version) = (&request.target_type_name, request.source_schema_version);
        let (schema, _) = self.resource(name)?;
        let mut raw = request.source_state.clone().unwrap_or_default();
        if version == schema.version
            && let Ok(mut state) = serde_json::from_slice(&raw.json)
        {
            remove_unknown(&mut state, &schema.block.ty());
            raw.json = state.to_string().into_bytes();
        }
        self.upgraded(name, version, Some(&raw))
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

/// Removes attributes that the schema no longer has. Terraform and OpenTofu remove them from a
/// state of the schema's version before UpgradeResourceState, but not before MoveResourceState
/// (OpenTofu's `internal/tofu/upgrade_resource_state.go`).
fn remove_unknown(state: &mut Json, ty: &Type) {
    match (state, ty) {
        (Json::Object(members), Type::Object(attributes)) => {
            members.retain(|name, _| attributes.contains_key(name));
            for (name, member) in members {
                if let Some(ty) = attributes.get(name) {
                    remove_unknown(member, ty);
                }
            }
        }
        (Json::Object(entries), Type::Map(element)) => {
            entries.values_mut().for_each(|entry| remove_unknown(entry, element));
        }
        (Json::Array(elements), Type::List(element) | Type::Set(element)) => {
            elements.iter_mut().for_each(|it| remove_unknown(it, element));
        }
        _ => {}
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
