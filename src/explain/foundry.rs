//! What to do about what Azure says of Foundry accounts, their projects and their agents. The codes
//! and words are reported ones, of Microsoft Learn's pages and of issues.

use super::{pasted, register_command, role_command};
use azure::error::Error;

/// A code, or words, or both; and what to do about them.
type Step = (&'static str, &'static str, &'static str);

const STEPS: &[Step] = &[
    (
        "CustomDomainInUse",
        "",
        "No two accounts in Azure have one sub-domain: choose another `custom_subdomain_name`. An \
         account that was deleted within 48 hours keeps its own until it is purged: `az \
         cognitiveservices account list-deleted` shows it, and the action \
         `azureai_purge_foundry_account` purges it.",
    ),
    (
        "FlagMustBeSetForRestore",
        "",
        "An account of this name is deleted, and not purged. Set `restore_soft_deleted = true` to \
         have it back with all that was in it, or purge it by the action \
         `azureai_purge_foundry_account`.",
    ),
    (
        "NetworkInjectionUpdateNotAllowed",
        "",
        "Where agents run is settled when the account is made. Take the change back, or \
         replace the account: terraform apply -replace=ADDRESS",
    ),
    (
        "",
        "Invalid vnet resource ID",
        "The subnet of the agents does not exist, or is not delegated to \
         `Microsoft.App/environments`, spelt so: az network vnet subnet show --ids SUBNET --query \
         delegations",
    ),
    (
        "",
        "proper address space",
        "Give the agents a subnet of 172.16.0.0/12 or 192.168.0.0/16: not every region takes \
         10.0.0.0/8 for them.",
    ),
    (
        "ResourceProviderError",
        "",
        "Another account probably holds the agents' subnet: one that failed, or is deleted and not \
         purged (az cognitiveservices account list-deleted). Purge it and wait until the \
         subnet has no `serviceAssociationLinks`, or give the agents another subnet. Then \
         apply again: Terraform replaces the failed account.",
    ),
    (
        "",
        "Parent account does not provision correctly",
        "The account failed. Replace it, and with it what is in it: terraform apply \
         -replace=ADDRESS",
    ),
    (
        "",
        "There is an existing Capability Host",
        "An account or project has one capability host. To manage the one that is there, give this \
         one its name and `adopt_existing = true`; or delete that one first.",
    ),
    (
        "",
        "capabilityHost Not Found",
        "The host of a project needs one of its account. Make an azureai_foundry_capability_host \
         whose `parent_id` is the account's ID, and let this one depend on it.",
    ),
    (
        "",
        "not in succeeded state",
        "The host of a project needs one of its account that is Succeeded. If that one failed, \
         replace it: terraform apply -replace=ADDRESS",
    ),
    (
        "",
        "within the allowed timeout period",
        "Azure gave up after hours: the region probably has no room for agents. Apply again later: \
         Terraform replaces the failed capability host. Or choose another region.",
    ),
    (
        "CapabilityHostProvisioningFailed",
        "",
        "The Cosmos DB account is probably limited to less than the 3,000 RU/s that the agents of \
         each project need: az cosmosdb show --ids ID --query capacity. Raise the limit, and apply \
         again: Terraform replaces the failed capability host.",
    ),
    (
        "CapabilityHostOperationFailed",
        "",
        "Where Azure says no more, the project's identity probably lacks a role on a store, or a \
         new role assignment does not work yet, which takes up to ten minutes. Then apply again: \
         Terraform replaces the failed capability host.",
    ),
    (
        "",
        "Only PrivateEndpoint outbound rules are supported",
        "Rules to domain names and service tags need `isolation_mode = \
         \"AllowOnlyApprovedOutbound\"` in the azureai_managed_network.",
    ),
    (
        "CannotDeleteResource",
        "nested resources",
        "Somebody else made what Azure names, or it could not be deleted. Delete or import it, and \
         apply again.",
    ),
];

/// Azure's words about a rule of a hub to what the caller may not connect to (recorded by the Azure
/// SDK's tests).
const NOT_APPROVABLE: &str = "permission to approve private link connections to resource: ";

/// The role that the caller needs on the resource that Azure names.
fn not_approvable(text: &str) -> Option<String> {
    let (_, rest) = text.split_once(NOT_APPROVABLE)?;
    let id = rest.split_whitespace().next().map(|id| id.trim_end_matches('.'))?;
    let action = "/privateEndpointConnectionsApproval/action";
    Some(format!(
        "The identity that Terraform runs as needs the right to approve connections there:\n\n{}",
        pasted(&role_command(None, action, id))
    ))
}

/// Azure's words about providers that agents need.
const UNREGISTERED: &str = "not registered with the required resource providers";

/// What to do about it.
pub(super) fn step(error: &Error) -> Option<String> {
    let text = error.to_string();
    if text.contains(UNREGISTERED) {
        return Some(register_command(&["Microsoft.App", "Microsoft.ContainerService"]));
    }
    if let Some(step) = not_approvable(&text) {
        return Some(step);
    }
    let is_it =
        |(code, words, _): &&Step| (code.is_empty() || error.code_is(code)) && text.contains(words);
    STEPS.iter().find(is_it).map(|(.., step)| (*step).to_owned())
}
