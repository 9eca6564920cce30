//! `azureai_client_config`, the data source

use crate::client::decode::from_json;
use crate::engine::prelude::*;
use crate::explain::explain;

/// Reads the provider's subscription, the tenant of the subscription, and the identity that the
/// provider signs in as.
#[derive(Model, Clone, Debug)]
pub struct ClientConfig {
    /// ID of the subscription, such as `/subscriptions/GUID`.
    id: Computed<String>,
    /// GUID of the subscription.
    subscription_id: Computed<String>,
    /// GUID of the subscription's tenant.
    tenant_id: Computed<String>,
    /// Client ID of the application that is signed in: of the service principal, the managed
    /// identity, or the Azure CLI.
    client_id: Computed<String>,
    /// Object ID of the user, service principal or managed identity that is signed in.
    object_id: Computed<String>,
}

const SUBSCRIPTION: ObjectType = ObjectType {
    name: "Microsoft.Resources/subscriptions",
    api_version: "2022-12-01",
    label: "subscription",
};

impl ArmDataSource for ClientConfig {
    const NAME: &'static str = "azureai_client_config";

    fn read(&mut self, reader: &Reader, defaults: &Defaults) -> Result<(), Diagnostics> {
        let Some(subscription) = &defaults.subscription_id else {
            let detail = "Set `subscription_id` in the provider's configuration, or the \
                          environment variable ARM_SUBSCRIPTION_ID.";
            return Err(Diagnostic::error("A subscription is missing", detail).into());
        };
        let id = format!("/subscriptions/{subscription}");
        let id = validators::parse(&id, "subscription_id")?;
        let object = SUBSCRIPTION.read(reader, id, |_, _| Vec::new());
        let object = object.map_err(|fault| fault.at(Path::of("subscription_id")))?;
        let body: Body = from_json(object.body).map_err(|fault| SUBSCRIPTION.unreadable(&fault))?;
        self.id.set(object.id.as_str().to_owned());
        self.subscription_id.set(object.id.subscription().to_owned());
        self.tenant_id.set(body.tenant_id);
        match reader.claims() {
            Read::Found(claims) => {
                self.client_id.set(claims.client_id.clone());
                self.object_id.set(claims.object_id.clone());
            }
            Read::Hidden(error) => {
                return Err(explain("Reading the provider's identity", &error).into());
            }
            Read::Pending | Read::Absent => {}
        }
        Ok(())
    }
}

/// A subscription as ARM represents it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    tenant_id: String,
}
