//! Messages that describe the provider's types.

use super::Inner;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::proto::tfplugin5 as wire;
use crate::provider::Catalogue;
use crate::write_only;

impl Inner {
    pub(super) fn schemas(&self) -> wire::get_provider_schema::Response {
        let Catalogue { provider, resources, data_sources, .. } = &self.catalogue;
        let Catalogue { ephemeral_resources, list_resources, actions, functions, .. } =
            &self.catalogue;
        wire::get_provider_schema::Response {
            provider: Some(provider.to_wire()),
            resource_schemas: resources
                .iter()
                .map(|(schema, it)| (it.name().to_owned(), schema.to_wire()))
                .collect(),
            data_source_schemas: data_sources
                .iter()
                .map(|(schema, it)| (it.name().to_owned(), schema.to_wire()))
                .collect(),
            ephemeral_resource_schemas: ephemeral_resources
                .iter()
                .map(|(schema, it)| (it.name().to_owned(), schema.to_wire()))
                .collect(),
            list_resource_schemas: list_resources
                .iter()
                .map(|(schema, it)| (it.name().to_owned(), schema.to_wire()))
                .collect(),
            action_schemas: actions
                .iter()
                .map(|(schema, it)| (it.name().to_owned(), schema.to_wire()))
                .map(|(name, schema)| (name, wire::ActionSchema { schema: Some(schema) }))
                .collect(),
            functions: functions
                .iter()
                .map(|it| it.signature())
                .map(|signature| (signature.name.to_owned(), signature.to_wire()))
                .collect(),
            server_capabilities: Some(capabilities()),
            diagnostics: misplaced(&self.catalogue).into_wire(),
            ..Default::default()
        }
    }

    pub(super) fn metadata(&self) -> wire::get_metadata::Response {
        use wire::get_metadata::{ActionMetadata, DataSourceMetadata, EphemeralMetadata};
        use wire::get_metadata::{FunctionMetadata, ListResourceMetadata, ResourceMetadata};
        let Catalogue { resources, data_sources, ephemeral_resources, .. } = &self.catalogue;
        let Catalogue { list_resources, actions, functions, .. } = &self.catalogue;
        wire::get_metadata::Response {
            server_capabilities: Some(capabilities()),
            resources: resources
                .iter()
                .map(|(_, it)| ResourceMetadata { type_name: it.name().to_owned() })
                .collect(),
            data_sources: data_sources
                .iter()
                .map(|(_, it)| DataSourceMetadata { type_name: it.name().to_owned() })
                .collect(),
            ephemeral_resources: ephemeral_resources
                .iter()
                .map(|(_, it)| EphemeralMetadata { type_name: it.name().to_owned() })
                .collect(),
            list_resources: list_resources
                .iter()
                .map(|(_, it)| ListResourceMetadata { type_name: it.name().to_owned() })
                .collect(),
            actions: actions
                .iter()
                .map(|(_, it)| ActionMetadata { type_name: it.name().to_owned() })
                .collect(),
            functions: functions
                .iter()
                .map(|it| FunctionMetadata { name: it.signature().name.to_owned() })
                .collect(),
            ..Default::default()
        }
    }
}

/// Returns errors about write-only attributes that Terraform does not accept. Terraform's own
/// messages about this bug of a provider do not help, or do not appear.
fn misplaced(catalogue: &Catalogue) -> Diagnostics {
    let resources = catalogue.resources.iter().map(|(it, of)| (of.name(), it, true));
    let data_sources = catalogue.data_sources.iter().map(|(it, of)| (of.name(), it, false));
    let ephemerals = catalogue.ephemeral_resources.iter().map(|(it, of)| (of.name(), it, false));
    let lists = catalogue.list_resources.iter().map(|(it, of)| (of.name(), it, false));
    let provider = ("provider", &catalogue.provider, false);
    let schemas = resources.chain(data_sources).chain(ephemerals).chain(lists).chain([provider]);
    let faults = schemas.flat_map(|(name, schema, is_resource)| {
        let paths = write_only::misplaced(&schema.block, is_resource).into_iter();
        paths.map(move |path| {
            let detail = "Terraform accepts write-only attributes only in resources, outside \
                          sets, and without a default. This is a bug of the provider.";
            Diagnostic::error(format!("`{path}` of {name} cannot be write-only"), detail)
        })
    });
    faults.collect()
}

fn capabilities() -> wire::ServerCapabilities {
    wire::ServerCapabilities {
        plan_destroy: true,
        get_provider_schema_optional: true,
        move_resource_state: true,
        generate_resource_config: true,
    }
}
