//! What the provider serves, as messages.

use super::Inner;
use crate::proto::tfplugin5 as wire;
use crate::provider::Catalogue;

impl Inner {
    pub(super) fn schemas(&self) -> wire::get_provider_schema::Response {
        let Catalogue { provider, resources, data_sources, lists, actions, functions } =
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
            list_resource_schemas: lists
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
            ..Default::default()
        }
    }

    pub(super) fn metadata(&self) -> wire::get_metadata::Response {
        use wire::get_metadata::{ActionMetadata, DataSourceMetadata, FunctionMetadata};
        use wire::get_metadata::{ListResourceMetadata, ResourceMetadata};
        let Catalogue { resources, data_sources, lists, actions, functions, .. } = &self.catalogue;
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
            list_resources: lists
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

fn capabilities() -> wire::ServerCapabilities {
    wire::ServerCapabilities {
        plan_destroy: true,
        get_provider_schema_optional: true,
        move_resource_state: true,
        generate_resource_config: true,
    }
}
