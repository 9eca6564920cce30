//! Calls about identities, and the identity beside a state.

use super::{Inner, unreadable};
use crate::codec;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::identity::{Identity, Part};
use crate::proto::tfplugin5 as wire;
use crate::resource::AnyResource;
use crate::ty::Type;
use crate::value::Value;
use wire::resource_identity_schema::IdentityAttribute;

/// Version of every identity's stored form. An identity names an object, so it should never change.
/// If it must, `upgrade_identity` has to accept the old form.
const VERSION: i64 = 0;

/// Returns the identity for a state, if the resource has identities and the ID is known.
pub(super) fn of_state(
    resource: &dyn AnyResource,
    state: &Value,
) -> Option<wire::ResourceIdentityData> {
    let identity = resource.identity()?;
    Some(message(identity.as_ref(), &identity.of_state(state)?))
}

/// Returns the identity for an import ID.
pub(super) fn of_id(resource: &dyn AnyResource, id: &str) -> Option<wire::ResourceIdentityData> {
    let identity = resource.identity()?;
    Some(message(identity.as_ref(), &identity.of_id(id)?))
}

fn message(identity: &dyn Identity, value: &Value) -> wire::ResourceIdentityData {
    wire::ResourceIdentityData { identity_data: Some(codec::encode(value, &identity.ty())) }
}

/// Returns the import ID of a request: its ID, or the ID that its identity forms.
pub(super) fn import_id(
    resource: &dyn AnyResource,
    request: &wire::import_resource_state::Request,
) -> Result<String, Diagnostics> {
    let Some(identity) = resource.identity() else {
        return Ok(request.id.clone());
    };
    let given = request.identity.as_ref().and_then(|it| it.identity_data.as_ref());
    let value =
        codec::decode(given, &identity.ty()).map_err(|fault| unreadable("identity", &fault))?;
    if value.is_null() { Ok(request.id.clone()) } else { identity.import_id(&value) }
}

fn schema(identity: &dyn Identity) -> wire::ResourceIdentitySchema {
    let attribute = |Part { name, description, optional }| IdentityAttribute {
        name,
        r#type: Type::String.to_bytes(),
        required_for_import: !optional,
        optional_for_import: optional,
        description,
    };
    let identity_attributes = identity.parts().into_iter().map(attribute).collect();
    wire::ResourceIdentitySchema { version: VERSION, identity_attributes }
}

pub(super) fn not_upgraded(found: Diagnostics) -> wire::upgrade_resource_identity::Response {
    wire::upgrade_resource_identity::Response {
        upgraded_identity: None,
        diagnostics: found.into_wire(),
    }
}

impl Inner {
    pub(super) fn identity_schemas(&self) -> wire::get_resource_identity_schemas::Response {
        let resources = self.catalogue.resources.iter();
        let named = resources
            .filter_map(|(_, it)| Some((it.name().to_owned(), schema(it.identity()?.as_ref()))));
        wire::get_resource_identity_schemas::Response {
            identity_schemas: named.collect(),
            diagnostics: Vec::new(),
        }
    }

    pub(super) fn upgrade_identity(
        &self,
        request: &wire::upgrade_resource_identity::Request,
    ) -> wire::upgrade_resource_identity::Response {
        match self.upgraded_identity(request) {
            Ok(identity) => wire::upgrade_resource_identity::Response {
                upgraded_identity: Some(identity),
                diagnostics: Vec::new(),
            },
            Err(found) => not_upgraded(found),
        }
    }

    fn upgraded_identity(
        &self,
        request: &wire::upgrade_resource_identity::Request,
    ) -> Result<wire::ResourceIdentityData, Diagnostics> {
        let (_, resource) = self.resource(&request.type_name)?;
        if request.version != VERSION {
            let summary = format!(
                "The identity of {} has the unknown version {}",
                request.type_name, request.version
            );
            let detail = "This version of the provider does not support it. Use the version of \
                          the provider that wrote the identity, or a later version.";
            return Err(Diagnostic::error(summary, detail).into());
        }
        let identity = resource.identity().ok_or_else(|| {
            let summary = format!("{} has no identity", request.type_name);
            Diagnostic::error(
                summary,
                "This version of the provider does not support identities \
                                        of the resource. Use the version of the provider that \
                                        wrote the identity, or a later version.",
            )
        })?;
        let raw = request.raw_identity.as_ref().map(|raw| raw.json.as_slice()).unwrap_or_default();
        let value = codec::from_json(raw, &identity.ty())
            .map_err(|fault| unreadable("stored identity", &fault))?;
        Ok(message(identity.as_ref(), &value))
    }
}
