//! Calls that validate configurations, and the call that configures the provider.

use super::{Inner, unreadable};
use crate::codec;
use crate::diagnostic::Diagnostics;
use crate::proto::tfplugin5 as wire;
use crate::validate::validate;
use crate::write_only;

impl Inner {
    pub(super) fn prepare(&self, request: &wire::prepare_provider_config::Request) -> Diagnostics {
        let block = &self.catalogue.provider.block;
        match codec::decode(request.config.as_ref(), &block.ty()) {
            Ok(config) => {
                let mut found = validate(block, &config);
                found.extend(self.provider.validate(&config));
                found
            }
            Err(fault) => unreadable("provider's configuration", &fault),
        }
    }

    pub(super) async fn configure(&self, request: wire::configure::Request) -> Diagnostics {
        let ty = self.catalogue.provider.block.ty();
        match codec::decode(request.config.as_ref(), &ty) {
            Ok(config) => self.provider.configure(config, &request.terraform_version).await,
            Err(fault) => unreadable("provider's configuration", &fault),
        }
    }

    pub(super) fn validate_resource(
        &self,
        request: &wire::validate_resource_type_config::Request,
    ) -> Diagnostics {
        let (schema, resource) = match self.resource(&request.type_name) {
            Ok(found) => found,
            Err(faults) => return faults,
        };
        match codec::decode(request.config.as_ref(), &schema.block.ty()) {
            Ok(config) => {
                let client = request.client_capabilities.unwrap_or_default();
                let mut found = resource.validate(schema, &config);
                if !client.write_only_attributes_allowed {
                    found.extend(write_only::refused(&schema.block, &config));
                }
                found
            }
            Err(fault) => unreadable("configuration", &fault),
        }
    }

    pub(super) fn validate_data_source(
        &self,
        request: &wire::validate_data_source_config::Request,
    ) -> Diagnostics {
        let (schema, data_source) = match self.data_source(&request.type_name) {
            Ok(found) => found,
            Err(faults) => return faults,
        };
        match codec::decode(request.config.as_ref(), &schema.block.ty()) {
            Ok(config) => data_source.validate(schema, &config),
            Err(fault) => unreadable("configuration", &fault),
        }
    }
}
