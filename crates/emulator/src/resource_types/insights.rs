//! microsoft.insights/components: Application Insights.

use serde_json::{Value, json};

use super::common::PLAIN;
use super::{identity, monitor_scope, versions};
use crate::arm_error::ArmError;
use crate::clock;
use crate::guid::fixed_guid;
use crate::world::World;
use crate::world::resource_type::{ResourceType, WriteRequest};
use crate::world::store::Resource;
use crate::world::type_info::{Etag, Patch, TypeInfo};

/// Type of Application Insights components.
pub(crate) struct Insights;

static INFO: TypeInfo = TypeInfo {
    name: "microsoft.insights/components",
    versions: versions::INSIGHTS,
    writable: &[
        "Application_Type",
        "DisableIpMasking",
        "DisableLocalAuth",
        "Flow_Type",
        "ForceCustomerStorageForProfiler",
        "HockeyAppId",
        "ImmediatePurgeDataOn30Days",
        "IngestionMode",
        "Request_Source",
        "RetentionInDays",
        "SamplingPercentage",
        "WorkspaceResourceId",
        "publicNetworkAccessForIngestion",
        "publicNetworkAccessForQuery",
    ],
    read_only: &[
        "AppId",
        "ApplicationId",
        "ConnectionString",
        "CreationDate",
        "HockeyAppToken",
        "InstrumentationKey",
        "LaMigrationDate",
        "Name",
        "PrivateLinkScopedResources",
        "TenantId",
        "Ver",
        "provisioningState",
    ],
    top: &["etag", "kind"],
    patch: Patch::Tags,
    etag: Etag::Shown,
    ..PLAIN
};

impl ResourceType for Insights {
    fn info(&self) -> &TypeInfo {
        &INFO
    }

    /// Refuses a `PUT` without the two required properties (API specification). The code is a
    /// guess.
    fn validate(&self, _world: &World, write: &WriteRequest<'_>) -> Result<(), ArmError> {
        let (kind, application) = (&write.body["kind"], write.property("Application_Type"));
        if !write.patch && (kind.is_null() || application.is_null()) {
            let text = "The kind and the Application_Type of a component are required.";
            return Err(ArmError::bad("BadRequest", text));
        }
        Ok(())
    }

    fn on_accepted(&self, world: &mut World, write: &WriteRequest<'_>, next: &mut Value) {
        let id = write.id.key();
        let key = fixed_guid(&format!("instrumentation {id}")).to_string();
        let app = fixed_guid(&format!("app {id}")).to_string();
        let defaults = json!({
            "AppId": app,
            "ApplicationId": next["name"],
            "Application_Type": "web",
            "ConnectionString": format!("InstrumentationKey={key};ApplicationId={app}"),
            "CreationDate": clock::stamp(world.clock.now()),
            "InstrumentationKey": key,
            "IngestionMode": "ApplicationInsights",
            "Name": next["name"],
            "RetentionInDays": 90,
            "TenantId": world.settings.subscription,
            "Ver": "v2",
            "publicNetworkAccessForIngestion": "Enabled",
            "publicNetworkAccessForQuery": "Enabled",
        });
        identity::default(&mut next["properties"], defaults);
    }

    fn validate_delete(&self, world: &World, resource: &Resource) -> Result<(), ArmError> {
        monitor_scope::must_be_unlinked(world, resource)
    }

    fn render(&self, world: &World, shown: &mut Value, _version: &str) {
        let scopes = monitor_scope::scopes_of(world, shown["id"].as_str().unwrap_or_default());
        let entry = |(id, scope): (String, Value)| json!({ "ResourceId": id, "ScopeId": scope });
        if !scopes.is_empty() {
            let entries: Vec<Value> = scopes.into_iter().map(entry).collect();
            shown["properties"]["PrivateLinkScopedResources"] = json!(entries);
        }
    }
}
