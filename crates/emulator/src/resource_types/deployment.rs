//! Microsoft.CognitiveServices/accounts/deployments: deployments of models in an account.

use serde_json::{Value, json};

use super::common::PLAIN;
use super::foundry_project::{account_is_free, project_name};
use super::{identity, versions};
use crate::arm_error::ArmError;
use crate::world::World;
use crate::world::resource_type::{ResourceType, WriteRequest};
use crate::world::type_info::{Delete, Etag, Location, Patch, Reply, Shown, TypeInfo};

/// Type of deployments.
pub(crate) struct Deployment;

static INFO: TypeInfo = TypeInfo {
    name: "Microsoft.CognitiveServices/accounts/deployments",
    versions: versions::COGNITIVE,
    since: "2021-10-01",
    writable: &[
        "capacitySettings",
        "deploymentState",
        "model",
        "parentDeploymentName",
        "raiPolicyName",
        "scaleSettings",
        "serviceTier",
        "spilloverDeploymentName",
        "versionUpgradeOption",
    ],
    read_only: &[
        "callRateLimit",
        "capabilities",
        "currentCapacity",
        "dynamicThrottlingEnabled",
        "provisioningState",
        "rateLimits",
    ],
    top: &["sku"],
    location: Location::None,
    put: Reply::AsyncOperation,
    put_again: Reply::AsyncOperation,
    patch: Patch::Merge(Reply::Both(Shown::Resource)),
    delete: Delete::Both,
    etag: Etag::Matched,
    busy: (409, "RequestConflict"),
    valid_name: project_name,
    ..PLAIN
};

impl ResourceType for Deployment {
    fn info(&self) -> &TypeInfo {
        &INFO
    }

    fn validate(&self, world: &World, write: &WriteRequest<'_>) -> Result<(), ArmError> {
        if let Some(account) = write.id.parent() {
            account_is_free(world, &account)?;
        }
        let given = [write.property("model"), write.stored("model")];
        match given.iter().any(|model| model["name"].is_string() && model["format"].is_string()) {
            true => Ok(()),
            false => Err(ArmError::bad(
                "InvalidResourceProperties",
                "The model of a deployment, with its format and name, is required.",
            )),
        }
    }

    fn on_accepted(&self, world: &mut World, _write: &WriteRequest<'_>, next: &mut Value) {
        identity::stamp(world, next);
        let capacity = next["sku"]["capacity"].as_u64().unwrap_or(1);
        let properties = &mut next["properties"];
        properties["currentCapacity"] = json!(capacity);
        let defaults = json!({
            "raiPolicyName": "Microsoft.DefaultV2",
            "versionUpgradeOption": "OnceNewDefaultVersionAvailable",
        });
        identity::default(properties, defaults);
    }
}
