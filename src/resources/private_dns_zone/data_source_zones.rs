//! `azureai_private_dns_zones`, the data source

use super::PrivateDnsZone;
use crate::engine::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Finds private DNS zones by name in subscriptions or resource groups, such as those of the team
/// that owns the network.
///
/// Each name must exist exactly once in the searched subscriptions and resource groups.
#[derive(Model, Clone, Debug)]
pub struct PrivateDnsZones {
    /// Names of the private DNS zones, such as `privatelink.api.azureml.ms`.
    #[tf(check = Check::new(some), check = validators::zone_name().each())]
    names: BTreeSet<String>,
    /// GUIDs of the subscriptions to search. If neither `subscription_ids` nor `resource_group_ids`
    /// is set, the data source searches the provider's subscription.
    #[tf(check = validators::guid().each())]
    subscription_ids: Option<BTreeSet<String>>,
    /// IDs of the resource groups to search, in addition to `subscription_ids`.
    #[tf(check = validators::id_of(&["Microsoft.Resources/resourceGroups"]).each())]
    resource_group_ids: Option<BTreeSet<String>>,
    /// Map of zone IDs by zone name, in the spelling of `names`.
    ids: Computed<BTreeMap<String, String>>,
}

const ZONE: ObjectType = ObjectType::of(PrivateDnsZone::TYPE);

/// A scope to search.
#[derive(Debug)]
struct SearchScope {
    /// ID of a subscription or resource group.
    id: ResourceId,
    /// The attribute that contains the ID.
    path: Path,
}

impl ArmDataSource for PrivateDnsZones {
    const NAME: &'static str = "azureai_private_dns_zones";

    fn read(&mut self, reader: &Reader, defaults: &Defaults) -> Result<(), Diagnostics> {
        let scopes = self.scopes(defaults)?;
        let mut found: Vec<ResourceId> = Vec::new();
        for scope in &scopes {
            let listed = ZONE.list(reader, &scope.id);
            for id in listed.map_err(|fault| fault.at(scope.path.clone()))? {
                // A group and its subscription can both be set.
                if !found.contains(&id) {
                    found.push(id);
                }
            }
        }
        self.choose(&found, &scopes)
    }
}

impl PrivateDnsZones {
    /// Returns the scopes to search.
    fn scopes(&self, defaults: &Defaults) -> Result<Vec<SearchScope>, Diagnostic> {
        let scope = |id: &str, attribute: &str| {
            validators::parse(id, attribute).map(|id| SearchScope { id, path: Path::of(attribute) })
        };
        let whole = |subscription: &String| {
            scope(&format!("/subscriptions/{subscription}"), "subscription_ids")
        };
        let groups = self.resource_group_ids.iter().flatten();
        let groups = groups.map(|id| scope(id, "resource_group_ids"));
        let given = self.subscription_ids.iter().flatten().map(whole);
        let scopes: Vec<SearchScope> = given.chain(groups).collect::<Result<_, _>>()?;
        if !scopes.is_empty() {
            return Ok(scopes);
        }
        let own = defaults.subscription_id.as_ref().ok_or_else(nowhere)?;
        Ok(vec![whole(own)?])
    }

    /// Selects among the found zones, in the order of the scopes.
    fn choose(&mut self, found: &[ResourceId], scopes: &[SearchScope]) -> Result<(), Diagnostics> {
        let (mut ids, mut faults) = (BTreeMap::new(), Diagnostics::new());
        for name in &self.names {
            let named = found.iter().filter(|id| id.name().eq_ignore_ascii_case(name));
            let named: Vec<ResourceId> = named.cloned().collect();
            match &named[..] {
                [id] => {
                    ids.insert(name.clone(), id.to_string());
                }
                [] => faults.push(missing(name, scopes)),
                several => faults.push(ZONE.ambiguous(name, several).at(Path::of("names"))),
            }
        }
        if faults.has_errors() {
            return Err(faults);
        }
        self.ids.set(ids);
        Ok(())
    }
}

fn missing(name: &str, scopes: &[SearchScope]) -> Diagnostic {
    let places = scopes.iter().map(|scope| format!("\n  - {}", scope.id));
    let detail = format!(
        "The scopes contain no zone of this name, or this identity cannot read it:{}",
        places.collect::<String>()
    );
    let summary = format!("Private DNS zone {name:?} does not exist");
    Diagnostic::error(summary, detail).at(Path::of("names"))
}

fn nowhere() -> Diagnostic {
    Diagnostic::error(
        "A subscription to search is missing",
        "Set `subscription_ids` or `resource_group_ids` here, `subscription_id` in the provider's \
         configuration, or the environment variable ARM_SUBSCRIPTION_ID.",
    )
    .at(Path::of("subscription_ids"))
}

fn some(names: &Value) -> Result<(), String> {
    match names.as_list() {
        Some([]) => Err("The set is empty. Add at least one name.".to_owned()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GUID: &str = "00000000-0000-0000-0000-000000000000";

    fn zone(group: &str, name: &str) -> ResourceId {
        ResourceId::in_group(GUID, group, ZONE.name, name)
    }

    fn search(names: &[&str]) -> PrivateDnsZones {
        PrivateDnsZones {
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            subscription_ids: None,
            resource_group_ids: Some([format!("/subscriptions/{GUID}/resourceGroups/rg")].into()),
            ids: Computed::default(),
        }
    }

    #[test]
    fn ids_are_keyed_by_the_configured_names() {
        let mut search = search(&["A.b", "b.c"]);
        let found = [zone("rg", "a.B"), zone("rg", "b.c"), zone("rg", "c.d")];
        assert_eq!(search.choose(&found, &[]), Ok(()));
        let expected = [("A.b", &found[0]), ("b.c", &found[1])];
        let expected = expected.map(|(name, id)| (name.to_owned(), id.to_string()));
        assert_eq!(search.ids.get(), Some(&BTreeMap::from(expected)));
    }

    #[test]
    fn missing_and_ambiguous_zones_are_reported_together() {
        let found = [zone("hub", "a.b"), zone("spoke", "A.B")];
        let mut search = search(&["a.b", "b.c"]);
        let scopes = search.scopes(&Defaults::default()).unwrap();
        let faults = search.choose(&found, &scopes).unwrap_err();
        let texts: Vec<_> = faults.iter().map(|it| (&*it.summary, &*it.detail)).collect();
        assert_eq!(texts.len(), 2);
        assert!(texts[0].1.contains("/hub/") && texts[0].1.contains("/spoke/"));
        assert!(texts[1].0.contains("b.c") && texts[1].1.contains("/resourceGroups/rg"));
    }

    #[test]
    fn the_default_scope_is_the_providers_subscription() {
        let mut search = search(&["a.b"]);
        search.resource_group_ids = Some(BTreeSet::new());
        let defaults = Defaults { subscription_id: Some(GUID.to_owned()), ..Defaults::default() };
        let scopes = search.scopes(&defaults).unwrap();
        assert_eq!(scopes[0].id.as_str(), format!("/subscriptions/{GUID}"));
        assert!(search.scopes(&Defaults::default()).is_err());
    }
}
