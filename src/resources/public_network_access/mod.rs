//! `azureai_public_network_access`

pub mod action;
mod checklist;
mod guard;
pub mod list;
mod rules;

use crate::assessment::isolation::perimeter;
use crate::engine::prelude::*;
use crate::private_link::arm_types::SUBNET;
use crate::private_link::network_rules::{
    self, NetworkRules, Order, Perimeter, PublicAccess, public_access_of, public_access_types,
};
use crate::private_link::services::service_of;
use crate::resources::common::addresses::{address, same_addresses};
use crate::resources::common::perimeter::PerimeterView;
use guard::Guard;
use rules::{known, planned_rules, same_bypass, target, unknown_groups, word};
use serde_json::Map;
use std::collections::BTreeSet;

/// Manages the public network access of a Foundry account, an AI workspace, or one of its default
/// resources.
///
/// The resource manages only this setting. The target itself can be managed elsewhere, or manually.
///
/// Public access has two parts: the flag, and the network rules that apply while the flag is
/// `Enabled`. A write changes only the attributes that the configuration sets. The provider sends
/// a PATCH, or, if the type's PATCH does not accept the flag, a PUT that repeats the resource as
/// Azure returned it. The guide "Private link, step by step" lists the types that need a PUT.
///
/// Before the flag is disabled, the guard checks that a private endpoint connection is approved, so
/// that clients keep access.
#[derive(Model, Clone, Debug)]
pub struct PublicNetworkAccess {
    /// ID of the resource that has the flag.
    #[tf(id, same = validators::same_id)]
    id: Computed<String>,
    /// ID of the resource: a Foundry account, a workspace (hub), a storage account, or a resource
    /// of another type that the guide "Private link, step by step" lists.
    #[tf(replace, check = Check::text(target), same = validators::same_id)]
    resource_id: String,
    /// Public network access. Possible values are `Enabled`, `Disabled` and, for types that support
    /// it, `SecuredByPerimeter`. The provider sends any other value unchanged and reports a
    /// warning.
    #[tf(check = Check::text(word))]
    public_network_access: String,
    /// Action for requests that no rule allows. Possible values are `Allow` and `Deny`. Only for
    /// storage accounts, key vaults, managed HSMs, container registries and AI services accounts.
    #[tf(check = validators::one_of(&["Allow", "Deny"]))]
    default_action: OptionalComputed<String>,
    /// Public IP addresses, or ranges in CIDR notation, that can reach the resource. For a
    /// workspace, this is its IP allowlist, which only preview versions of the API return.
    #[tf(check = Check::text(address).each(), same = same_addresses)]
    ip_rules: OptionalComputed<BTreeSet<String>>,
    /// IDs of subnets that can reach the resource. Only for storage accounts, key vaults, managed
    /// HSMs, AI services accounts and Cosmos DB accounts.
    #[tf(
        check = validators::id_of(&[SUBNET.name]).each(),
        same = validators::same_ids
    )]
    virtual_network_subnet_ids: OptionalComputed<BTreeSet<String>>,
    /// Azure services that bypass the network rules. Possible values are `None`, `AzureServices`
    /// and, for storage accounts, `Logging` and `Metrics`. An empty set equals `None`. Only for
    /// storage accounts, key vaults, managed HSMs, container registries, search services, AI
    /// services accounts and Cosmos DB accounts.
    #[tf(
        check = validators::one_of(&["None", "AzureServices", "Logging", "Metrics"]).each(),
        same = same_bypass
    )]
    bypass: OptionalComputed<BTreeSet<String>>,
    /// IDs of resources that bypass the network rules of a Cosmos DB account, such as a Synapse
    /// workspace.
    #[tf(same = validators::same_ids)]
    network_acl_bypass_ids: OptionalComputed<BTreeSet<String>>,
    /// If `true`, tasks of a container registry bypass its network rules.
    bypass_for_tasks: OptionalComputed<bool>,
    /// Conditions for disabling the flag. If omitted, a private endpoint connection must be
    /// approved.
    #[tf(max = 1)]
    guard: Blocks<Guard>,
    /// What to do with the settings when this resource is destroyed. Possible values are `retain`,
    /// which leaves them as they are, and `restore`, which writes the previous values. Defaults to
    /// the provider's `on_destroy`.
    #[tf(check = validators::one_of(&["retain", "restore"]))]
    on_destroy: OptionalComputed<String>,
    /// Public network access that Azure applies. A resource without a value counts as `Enabled`.
    #[tf(recomputed_with("public_network_access"))]
    effective_public_network_access: Computed<String>,
    /// Exposure of the resource: `public`, `selected_networks`, `perimeter` or `private_only`. A
    /// network security perimeter in `Enforced` mode yields `perimeter` for any value of the flag.
    /// In `Learning` or `Audit` mode, a perimeter does not restrict access that the flag allows.
    /// Perimeters are read for the types that the guide "Private link, step by step" lists.
    #[tf(recomputed)]
    effective_exposure: Computed<String>,
    /// Network security perimeter of the resource. Null if the resource is in none, or if its type
    /// returns none.
    #[tf(recomputed)]
    network_security_perimeter: Computed<PerimeterView>,
    /// ID of the policy assignment that probably overwrote the settings. Null if the settings are
    /// as configured.
    #[tf(recomputed)]
    rewritten_by_policy: Computed<String>,
    /// Values before the first change by this resource.
    #[tf(recomputed)]
    previous: Computed<Previous>,
    /// Type of the resource.
    resource_type: Computed<String>,
}

/// The previous values. Null for attributes that are not set here.
#[derive(Object, Clone, Debug)]
struct Previous {
    /// Previous public network access.
    public_network_access: Option<String>,
    /// Previous action for requests that no rule allows.
    default_action: Option<String>,
    /// Previous Azure services that bypass the network rules.
    bypass: Option<Vec<String>>,
    /// Previous IDs of resources that bypass the network rules of a Cosmos DB account.
    network_acl_bypass_ids: Option<Vec<String>>,
    /// If `true`, tasks of the container registry bypassed its network rules.
    bypass_for_tasks: Option<bool>,
    /// Previous IP addresses and ranges that can reach the resource.
    ip_rules: Option<Vec<String>>,
    /// Previous IDs of subnets that can reach the resource.
    virtual_network_subnet_ids: Option<Vec<String>>,
}

impl PublicNetworkAccess {
    fn access(&self) -> Option<&'static PublicAccess> {
        public_access_of(&ResourceId::parse(&self.resource_id).ok()?)
    }

    /// Returns the attribute with which the configuration disables public access.
    pub(crate) fn closes(config: &Value) -> Option<Path> {
        (config.get(FLAG).as_str() == Some("Disabled")).then(|| Path::of(FLAG))
    }

    fn read_previous(&mut self, previous: &Map<String, Json>) {
        let text = |name: &str| previous.get(name).and_then(Json::as_str).map(str::to_owned);
        let texts = |name: &str| {
            let listed = previous.get(name).and_then(Json::as_array)?.iter();
            Some(listed.filter_map(|it| it.as_str().map(str::to_owned)).collect())
        };
        self.previous.set(Previous {
            public_network_access: text("public_network_access"),
            default_action: text("default_action"),
            bypass: texts("bypass"),
            network_acl_bypass_ids: texts("network_acl_bypass_ids"),
            bypass_for_tasks: previous.get("bypass_for_tasks").and_then(Json::as_bool),
            ip_rules: texts("ip_rules"),
            virtual_network_subnet_ids: texts("virtual_network_subnet_ids"),
        });
    }

    fn rules(&self) -> NetworkRules {
        NetworkRules {
            default_action: self.default_action.get().cloned(),
            bypass: self.bypass.get().cloned(),
            bypass_ids: self.network_acl_bypass_ids.get().cloned(),
            bypass_for_tasks: self.bypass_for_tasks.get().copied(),
            ip_rules: self.ip_rules.get().cloned(),
            subnets: self.virtual_network_subnet_ids.get().cloned(),
        }
    }
}

/// The attribute of the flag.
const FLAG: &str = "public_network_access";

impl ArmPartial for PublicNetworkAccess {
    const NAME: &'static str = "azureai_public_network_access";
    const LABEL: &'static str = "the public network access of";
    const NAMED_BY: &'static str = "resource_id";
    const IDENTITY: IdentitySchema = IdentitySchema::Joined {
        parts: &[("resource_id", "ID of the resource that has the flag.")],
        by: "",
    };
    const TIMEOUTS: Timeouts = Timeouts::minutes(30);
    fn types() -> &'static [&'static str] {
        public_access_types()
    }

    const AZURERM: &'static [AzurermType] = &[];
    const RESTORED: &'static [&'static str] = &[
        "public_network_access",
        "default_action",
        "bypass",
        "network_acl_bypass_ids",
        "bypass_for_tasks",
        "ip_rules",
        "virtual_network_subnet_ids",
    ];

    fn how(&self) -> WriteMethod {
        match self.access() {
            Some(access) if access.by_put => WriteMethod::Put,
            _ => WriteMethod::Patch,
        }
    }

    fn api(&self) -> &'static str {
        let Some(access) = self.access() else { return "" };
        let preview = access.preview_api().filter(|_| self.ip_rules.get().is_some());
        preview.unwrap_or(access.arm_type.api_version)
    }

    fn object(&self) -> Result<ObjectRef<Self>, Diagnostic> {
        let id = validators::parse(&self.resource_id, "resource_id")?;
        known(&id)?;
        Ok(ObjectRef::Id(id))
    }

    fn imported(id: &str) -> Result<String, Diagnostic> {
        let id = validators::parse(id, "id")?;
        Ok(id.canonical(known(&id)?.arm_type.name).to_string())
    }

    fn locate(&mut self) -> Result<(), Diagnostic> {
        let id = validators::parse(self.id.get().map_or("", String::as_str), "id")?;
        self.resource_id = id.as_str().to_owned();
        Ok(())
    }

    fn write(&self, live: &Json) -> Option<Json> {
        let access = self.access()?;
        let mut properties = access.write(&self.rules(), live);
        if access.flag(live) != self.public_network_access {
            access.write_flag(&self.public_network_access, live, &mut properties);
        }
        let differs = properties.as_object().is_some_and(|properties| !properties.is_empty());
        differs.then(|| json!({ "properties": properties }))
    }

    fn read(&mut self, live: &Json, _importing: bool) -> serde_json::Result<bool> {
        let Some(access) = self.access() else { return Ok(true) };
        self.public_network_access = access.flag(live);
        self.effective_public_network_access.set(access.flag(live));
        self.resource_type.set(access.arm_type.name.to_owned());
        self.effective_exposure.set(access.exposure(live, Perimeter::Unknown).to_owned());
        let rules = access.read(live);
        self.default_action.set(rules.default_action);
        self.bypass.set(rules.bypass);
        self.network_acl_bypass_ids.set(rules.bypass_ids);
        self.bypass_for_tasks.set(rules.bypass_for_tasks);
        // Stable API versions do not return a workspace's allowlist, so the body leaves an unset
        // one out.
        let asked = access.preview_api().is_none() || self.ip_rules.get().is_some();
        self.ip_rules.set(rules.ip_rules.filter(|_| asked));
        self.virtual_network_subnet_ids.set(rules.subnets);
        Ok(true)
    }

    fn observe(&mut self, observed: Observed<'_>) {
        match observed {
            Observed::Previous(previous) => self.read_previous(previous),
            Observed::Rewritten(policy) => {
                self.rewritten_by_policy.set(policy.map(|policy| policy.id.clone()));
            }
            Observed::Beside(live, reader) => {
                let (id, access) = (ResourceId::parse(&self.resource_id), self.access());
                if let (Ok(id), Some(access)) = (id, access) {
                    let shown = perimeter::see(reader, &id).found();
                    let decides = perimeter::in_force(shown.as_deref());
                    self.effective_exposure.set(access.exposure(live, decides).to_owned());
                    let view = shown.as_deref().and_then(PerimeterView::of);
                    self.network_security_perimeter.set(view);
                }
            }
        }
    }

    fn guard(&self, live: &Json, _new: bool, reader: &Reader) -> Verdict {
        if self.write(live).is_none() {
            return Verdict::default();
        }
        if let Some(refusal) = guard::of_a_project(live) {
            return Verdict { refusal: Some(refusal), certain: true, ..Verdict::default() };
        }
        let flag = self.access().map(|access| access.flag(live));
        let closing =
            flag.as_deref() == Some("Enabled") && self.public_network_access == "Disabled";
        let (true, Ok(target)) = (closing, ResourceId::parse(&self.resource_id)) else {
            return Verdict::default();
        };
        match self.guard.first() {
            Some(guard) if !guard.is_on() => Verdict::default(),
            Some(guard) => guard.judge(&target, live, reader),
            // The service accepts private endpoints only after the flag is disabled.
            None if self.access().is_some_and(|it| it.order == Order::BeforeEndpoint) => {
                Verdict::default()
            }
            None => {
                let verdict = Guard::default().judge(&target, live, reader);
                // If a perimeter controls access, the flag cannot lock clients out.
                let decides = || perimeter::of(reader, &target) == Perimeter::Enforced;
                let stands = verdict.refusal.is_none() || !decides();
                if stands { verdict } else { Verdict::default() }
            }
        }
    }

    fn check_input(prior: &Value, config: &Value, planned: &Value) -> CheckInput {
        let target = if config.is_null() { prior } else { config }.get("resource_id");
        let mut intent = CheckInput::of_setting(target, "resource_id", Self::closes(config));
        if let Some(setting) = &mut intent.setting {
            setting.opens = opens(prior, planned);
            setting.guarded = is_guarded(prior, config);
            setting.rules = planned_rules(config);
        }
        intent
    }

    fn plan(change: &mut Change<'_>) -> Diagnostics {
        let id = change.config.get("resource_id").as_str();
        let access = id.and_then(|id| public_access_of(&ResourceId::parse(id).ok()?));
        if let Some(access) = access.filter(|_| !change.planned.is_null()) {
            change.planned.set_entry("resource_type", access.arm_type.name.into());
        }
        Diagnostics::new()
    }

    fn validate(config: &Value) -> Diagnostics {
        let id = config.get("resource_id").as_str().and_then(|id| ResourceId::parse(id).ok());
        let service = id.as_ref().and_then(service_of);
        let access = id.as_ref().and_then(public_access_of);
        let mut found = Diagnostics::new();
        let label = access.map_or("a resource", |access| access.arm_type.name);
        let label = service.map_or(label, |service| service.label);
        let known = access.map_or(network_rules::THREE, |access| &access.values);
        if let Some(value) = config.get(FLAG).as_str().filter(|value| !known.contains(value)) {
            let detail = format!(
                "The known values are {}. The provider sends the value unchanged, and Azure \
                 accepts or rejects it.",
                known.join(", ")
            );
            let summary = format!("{value:?} is not a known value of `{FLAG}` for {label}");
            found.push(Diagnostic::warning(summary, detail).at(Path::of(FLAG)));
        }
        let Some(access) = access else { return found };
        let given = |name: &&str| config.get(name).is_given();
        for name in access.lacks().into_iter().filter(given) {
            let summary = format!("{label} does not support `{name}`");
            let detail = "Azure has no such rule for this type of resource. Remove the attribute.";
            found.push(Diagnostic::error(summary, detail).at(Path::of(name)));
        }
        found.extend(service.and_then(|service| unknown_groups(service, config)));
        found
    }
}

/// Returns `true` if a plan opens public access, given the prior and the planned values.
fn opens(prior: &Value, planned: &Value) -> bool {
    let open = |value: &Value| value.get(FLAG).as_str() == Some("Enabled");
    match planned {
        Value::Null => {
            prior.get("on_destroy").as_str() == Some("restore") && open(prior.get("previous"))
        }
        planned => open(planned),
    }
}

/// Returns `true` if the plan can run the guard and the configuration requests it.
fn is_guarded(prior: &Value, config: &Value) -> bool {
    let closed = |value: &Value| value.get(FLAG).as_str() == Some("Disabled");
    closed(config) && !closed(prior) && Guard::looks_ahead(config)
}
