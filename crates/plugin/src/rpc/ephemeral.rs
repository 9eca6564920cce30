//! Calls about ephemeral resources.

use super::{Inner, unknown_type, unreadable};
use crate::codec;
use crate::context::Context;
use crate::diagnostic::Diagnostics;
use crate::ephemeral::{AnyEphemeralResource, Opened};
use crate::proto::tfplugin5 as wire;
use crate::schema::Schema;
use crate::value::Value;
use prost_types::Timestamp;
use tokio_util::sync::CancellationToken;
use wire::{close_ephemeral_resource as close, open_ephemeral_resource as open};
use wire::{renew_ephemeral_resource as renew, validate_ephemeral_resource_config as validate};

/// Ephemeral resource of a call, with its configuration.
type Asked<'a> = (&'a Schema, &'a dyn AnyEphemeralResource, Value);

pub(super) fn not_opened(found: Diagnostics) -> open::Response {
    open::Response { diagnostics: found.into_wire(), ..Default::default() }
}

pub(super) fn not_renewed(found: Diagnostics) -> renew::Response {
    renew::Response { diagnostics: found.into_wire(), ..Default::default() }
}

/// Returns the private data for a message, or `None` if it is empty.
fn private(context: &Context) -> Option<Vec<u8>> {
    Some(context.private_bytes()).filter(|bytes| !bytes.is_empty())
}

impl Inner {
    fn ephemeral(&self, name: &str) -> Result<(&Schema, &dyn AnyEphemeralResource), Diagnostics> {
        self.catalogue.ephemeral_resource(name).ok_or_else(|| unknown_type(name))
    }

    fn configured(
        &self,
        name: &str,
        config: Option<&wire::DynamicValue>,
    ) -> Result<Asked<'_>, Diagnostics> {
        let (schema, ephemeral) = self.ephemeral(name)?;
        let config = codec::decode(config, &schema.block.ty())
            .map_err(|fault| unreadable("configuration", &fault))?;
        Ok((schema, ephemeral, config))
    }

    pub(super) fn validate_ephemeral(&self, request: &validate::Request) -> Diagnostics {
        match self.configured(&request.type_name, request.config.as_ref()) {
            Ok((schema, ephemeral, config)) => ephemeral.validate(schema, &config),
            Err(faults) => faults,
        }
    }

    pub(super) async fn open(&self, request: &open::Request) -> open::Response {
        let asked = self.configured(&request.type_name, request.config.as_ref());
        let (schema, ephemeral, config) = match asked {
            Ok(asked) => asked,
            Err(faults) => return not_opened(faults),
        };
        let stop = self.lifecycle.stop.child_token();
        let context = Context::new(stop, ephemeral.timeout(), config.clone(), &[]);
        let (opened, found) = ephemeral.open(schema, &config, &context).await;
        let Opened { result, renew_at } = opened;
        open::Response {
            result: Some(codec::encode(&result, &schema.block.ty())),
            renew_at: renew_at.map(Timestamp::from),
            private: private(&context),
            diagnostics: found.into_wire(),
            deferred: None,
        }
    }

    pub(super) async fn renew(&self, request: &renew::Request) -> renew::Response {
        let ephemeral = match self.ephemeral(&request.type_name) {
            Ok((_, ephemeral)) => ephemeral,
            Err(faults) => return not_renewed(faults),
        };
        let stop = self.lifecycle.stop.child_token();
        let known = request.private.as_deref().unwrap_or_default();
        let context = Context::new(stop, ephemeral.timeout(), Value::Null, known);
        let (renew_at, found) = ephemeral.renew(&context).await;
        renew::Response {
            renew_at: renew_at.map(Timestamp::from),
            private: private(&context),
            diagnostics: found.into_wire(),
        }
    }

    pub(super) async fn close(&self, request: &close::Request) -> Diagnostics {
        let ephemeral = match self.ephemeral(&request.type_name) {
            Ok((_, ephemeral)) => ephemeral,
            Err(faults) => return faults,
        };
        // Terraform also closes after it has asked the calls to stop, so ignore that request.
        let stop = CancellationToken::new();
        let known = request.private.as_deref().unwrap_or_default();
        let context = Context::new(stop, ephemeral.timeout(), Value::Null, known);
        ephemeral.close(&context).await
    }
}
