//! Next steps for Azure's errors about Foundry accounts, their projects and their agents. The codes
//! and messages are reported ones, from Microsoft Learn's pages and from issues.

use super::{pasted, register_command, role_command};
use azure::error::Error;

/// An error code, a fragment of the message, or both; and the next step.
type Step = (&'static str, &'static str, &'static str);

const STEPS: &[Step] = &[
    (
        "CustomDomainInUse",
        "",
        "A custom subdomain is unique across Azure. Choose another `custom_subdomain_name`. If an \
         account with this subdomain was deleted in the last 48 hours, purge it with the action \
         `azureai_purge_foundry_account`. The command `az cognitiveservices account list-deleted` \
         lists deleted accounts.",
    ),
    (
        "FlagMustBeSetForRestore",
        "",
        "An account of this name is deleted but not purged. Set `restore_soft_deleted = true` to \
         restore it with its content, or purge it with the action `azureai_purge_foundry_account`.",
    ),
    (
        "NetworkInjectionUpdateNotAllowed",
        "",
        "Azure sets the network of agents when it creates the account. Revert the change, or \
         replace the account:\n\n  terraform apply -replace=ADDRESS",
    ),
    (
        "",
        "Invalid vnet resource ID",
        "The subnet of the agents does not exist, or is not delegated to \
         `Microsoft.App/environments` in exactly this spelling. Check its delegations:\n\n  az \
         network vnet subnet show --ids SUBNET --query delegations",
    ),
    (
        "",
        "proper address space",
        "Use a subnet in 172.16.0.0/12 or 192.168.0.0/16 for the agents. Not every region supports \
         10.0.0.0/8 for agents.",
    ),
    (
        "ResourceProviderError",
        "",
        "Another account probably holds the agents' subnet: an account that failed, or one that is \
         deleted but not purged. List deleted accounts with `az cognitiveservices account \
         list-deleted`. Purge the account and wait until the subnet has no \
         `serviceAssociationLinks`, or use another subnet. Then apply again: Terraform replaces \
         the failed account.",
    ),
    (
        "",
        "Parent account does not provision correctly",
        "The account failed. Replace it and everything in it:\n\n  terraform apply \
         -replace=ADDRESS_OF_THE_ACCOUNT",
    ),
    (
        "",
        "There is an existing Capability Host",
        "An account or project can have one capability host. To manage the existing one, set \
         `name` to its name and `adopt_existing = true`. Otherwise delete the existing one first.",
    ),
    (
        "",
        "capabilityHost Not Found",
        "The capability host of a project requires a capability host of its account. Add an \
         azureai_foundry_capability_host whose `parent_id` is the account's ID, and add it to \
         `depends_on` of this resource.",
    ),
    (
        "",
        "not in succeeded state",
        "The capability host of a project requires a capability host of its account in the state \
         Succeeded. If the account's capability host failed, replace it:\n\n  terraform apply \
         -replace=ADDRESS_OF_THE_HOST",
    ),
    (
        "",
        "within the allowed timeout period",
        "Azure stopped trying after several hours. The region probably has no capacity for agents. \
         Apply again later: Terraform replaces the failed capability host. Otherwise choose \
         another region.",
    ),
    (
        "CapabilityHostProvisioningFailed",
        "",
        "The throughput limit of the Cosmos DB account is probably below the 3,000 RU/s that the \
         agents of each project need. Raise the limit and apply again: Terraform replaces the \
         failed capability host. To see the limit:\n\n  az cosmosdb show --ids ID --query capacity",
    ),
    (
        "CapabilityHostOperationFailed",
        "",
        "If Azure gives no other reason, the project's identity probably lacks a role on a store, \
         or a new role assignment is not in effect yet, which takes up to ten minutes. Check the \
         roles and apply again: Terraform replaces the failed capability host.",
    ),
    (
        "",
        "Only PrivateEndpoint outbound rules are supported",
        "Rules to FQDNs and service tags require `isolation_mode = \"AllowOnlyApprovedOutbound\"` \
         in the azureai_managed_network.",
    ),
    (
        "CannotDeleteResource",
        "nested resources",
        "Terraform does not manage the nested resources that the message names, or Azure could not \
         delete them. Delete or import them, and apply again.",
    ),
];

/// Azure's message about an outbound rule of a hub to a resource whose connections the caller
/// cannot approve (recorded by the Azure SDK's tests).
const NOT_APPROVABLE: &str = "permission to approve private link connections to resource: ";

/// Returns the command that assigns the role that the caller needs on the resource in Azure's
/// message.
fn not_approvable(text: &str) -> Option<String> {
    let (_, rest) = text.split_once(NOT_APPROVABLE)?;
    let id = rest.split_whitespace().next().map(|id| id.trim_end_matches('.'))?;
    let action = "/privateEndpointConnectionsApproval/action";
    Some(format!(
        "The identity that Terraform runs as lacks permission to approve connections to this \
         resource. Assign the role, and apply again:\n\n{}",
        pasted(&role_command(None, action, id))
    ))
}

/// Azure's message about unregistered resource providers that agents need.
const UNREGISTERED: &str = "not registered with the required resource providers";

/// Returns the next step for an error about Foundry, or `None` if none is known.
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
