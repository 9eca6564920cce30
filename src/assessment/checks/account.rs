//! AAI033: accounts that are deleted, and keep their name and sub-domain until they are purged.

use super::input::{ConfigValue, PlannedAccount};
use super::plan::Plan;
use super::report::Report;
use super::required;
use crate::assessment::finding::Finding;
use crate::codes::Code;
use crate::private_link::arm_types::AI_SERVICES_ACCOUNT;
use azure::id::ResourceId;
use serde::Deserialize;

/// A deleted account.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Deleted {
    id: String,
    properties: DeletedProperties,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct DeletedProperties {
    custom_sub_domain_name: String,
    scheduled_purge_date: String,
}

/// AAI033: that neither the name nor the sub-domain is that of a deleted account.
pub(super) fn soft_deleted(account: &PlannedAccount, plan: Plan<'_>, report: &mut Report) {
    let id = &account.id.value;
    let Ok(scope) = ResourceId::parse(&format!("/subscriptions/{}", id.subscription())) else {
        return;
    };
    let (child, api) =
        ("providers/Microsoft.CognitiveServices/deletedAccounts", AI_SERVICES_ACCOUNT);
    let listed = plan.children(&scope, child, api.api_version);
    let listed = listed.decode_each::<Deleted>(&scope);
    let at = ConfigValue::new(scope, account.id.path.clone());
    let what = "The list of deleted accounts";
    report.note(|| required(&at, what, &[Code::SoftDeleted]), &listed);
    for deleted in listed.found().into_iter().flatten() {
        let Some(place) = Place::of(&deleted.id) else { continue };
        // What the plan replaces it also purges.
        if plan.deletes(place.account(id).as_str()) {
            continue;
        }
        let twin = place.is(id);
        if twin && !account.restores {
            report.extend([of_name(account, &place, &deleted)]);
        }
        let domain = account.sub_domain.as_ref().filter(|_| !twin);
        let taken = |it: &&ConfigValue<String>| {
            it.value.eq_ignore_ascii_case(&deleted.properties.custom_sub_domain_name)
        };
        report.extend(domain.filter(taken).map(|domain| of_domain(domain, &place)));
    }
}

fn of_name(account: &PlannedAccount, place: &Place, deleted: &Deleted) -> Finding {
    let summary = format!("{:?} is deleted, and not purged", place.name);
    let until = &deleted.properties.scheduled_purge_date;
    let detail = format!(
        "Azure keeps a deleted account, and its name, until {until}. Set `restore_soft_deleted = \
         true` to have it back with all that was in it, or purge it: {}",
        place.purge()
    );
    Finding::at(Code::SoftDeleted, &account.id.path, summary, detail)
}

fn of_domain(domain: &ConfigValue<String>, place: &Place) -> Finding {
    let summary = format!("A deleted account has the sub-domain {:?}", domain.value);
    let detail = format!(
        "It is {:?} in {:?}, which is not purged. Choose another sub-domain, or purge it: {}",
        place.name,
        place.group,
        place.purge()
    );
    Finding::at(Code::SoftDeleted, &domain.path, summary, detail)
}

/// What the ID of a deleted account says.
struct Place {
    region: String,
    group: String,
    name: String,
}

impl Place {
    fn of(id: &str) -> Option<Self> {
        let id = ResourceId::parse(id).ok()?;
        match id.names()[..] {
            [(_, region), (_, group), (_, name)] => {
                let [region, group, name] = [region, group, name].map(str::to_owned);
                Some(Self { region, group, name })
            }
            _ => None,
        }
    }

    /// The ID that it had, in the subscription of another account.
    fn account(&self, other: &ResourceId) -> ResourceId {
        let ty = AI_SERVICES_ACCOUNT.name;
        ResourceId::in_group(other.subscription(), &self.group, ty, &self.name)
    }

    fn is(&self, account: &ResourceId) -> bool {
        let group = account.resource_group().unwrap_or_default();
        self.name.eq_ignore_ascii_case(account.name()) && self.group.eq_ignore_ascii_case(group)
    }

    fn purge(&self) -> String {
        let Self { region, group, name } = self;
        format!(
            "az cognitiveservices account purge --name {name} --resource-group {group} --location \
             {region}"
        )
    }
}
