use super::super::{
    Access, EndpointPlace, ManagedNetwork, Member, MemberConnection, OutboundRule, Posture, Wish,
};
use super::diagram;
use crate::assessment::isolation::dns::{Proof, Status};
use crate::assessment::isolation::endpoint::EndpointConnection;
use crate::assessment::isolation::related::Related;
use crate::assessment::isolation::telemetry::{Scope, Telemetry};
use crate::private_link::interface::RequiredRecord;
use crate::private_link::services::Role;
use azure::id::ResourceId;
use serde_json::json;

#[path = "../../../../../tests/support/mermaid.rs"]
#[allow(dead_code, unreachable_pub, reason = "shared with other tests")]
mod mermaid;

fn id(ty: &str, name: &str) -> ResourceId {
    ResourceId::in_group("s", "g", ty, name)
}

fn hub() -> ResourceId {
    id("Microsoft.MachineLearningServices/workspaces", "hub")
}

fn network(name: &str) -> ResourceId {
    id("Microsoft.Network/virtualNetworks", name)
}

fn subnet() -> EndpointPlace {
    EndpointPlace::Subnet(network("vnet").child("subnets", "snet"))
}

fn member(id: &ResourceId, exposure: &'static str) -> Member {
    let role = Related::of(id, |service| service.workspace_role.map(|it| it.role)).expect("a role");
    let access = Access {
        flag: "Disabled".to_owned(),
        default_action: None,
        bypass: None,
        exposure,
        tasks: None,
        perimeters: Vec::new(),
    };
    Member { access: Some(access), ..Member::of(id.clone(), role.role) }
}

fn storage(name: &str) -> ResourceId {
    id("Microsoft.Storage/storageAccounts", name)
}

fn connect(member: &mut Member, name: &str, group: &str, status: &str, place: EndpointPlace) {
    let endpoint = Some(id("Microsoft.Network/privateEndpoints", name));
    let groups = match &place {
        EndpointPlace::Subnet(_) => vec![group.to_owned()],
        _ => Vec::new(),
    };
    let connection = EndpointConnection {
        id: format!("{}/privateEndpointConnections/{name}.1", member.id),
        endpoint,
        status: status.to_owned(),
    };
    member.connections.push(MemberConnection { connection, groups, place });
}

fn proof(zone: &str, status: Status, linked: &[&str]) -> Proof {
    let needed = RequiredRecord {
        fqdn: format!("x.{zone}"),
        zone: zone.to_owned(),
        record: "x".to_owned(),
        addresses: vec!["10.0.0.4".to_owned()],
        group: String::new(),
        member: String::new(),
        derived: false,
    };
    let is_there = status != Status::ZoneMissing;
    Proof {
        needed,
        endpoint: id("Microsoft.Network/privateEndpoints", "pe-blob"),
        zone: is_there.then(|| id("Microsoft.Network/privateDnsZones", zone)),
        kept_by_azure: true,
        pending: false,
        found: None,
        linked: linked.iter().map(|name| network(name).to_string()).collect(),
        unlinked: Vec::new(),
        path: Vec::new(),
        status,
    }
}

/// A hub and its storage account, each with an endpoint in the network of the clients.
fn world() -> (Wish, Posture) {
    let clients = vec![network("vnet")];
    let wish = Wish { subject: hub(), clients, hybrid: false, projects: false };
    let mut members = vec![member(&hub(), "private_only"), member(&storage("st"), "private_only")];
    connect(&mut members[0], "pe-hub", "amlworkspace", "Approved", subnet());
    connect(&mut members[1], "pe-blob", "blob", "Approved", subnet());
    let names = vec![proof("a.example", Status::Proven, &["vnet"])];
    (wish, Posture { members, names, ..Posture::default() })
}

const WHOLE: &str = r##"flowchart LR
  accTitle: Network isolation of hub
  subgraph net1["vnet (clients)"]
    subgraph subnet1["snet"]
      pe1(["pe-blob<br/>private endpoint"]):::path
      pe2(["pe-hub<br/>private endpoint"]):::path
    end
  end
  res1["hub<br/>hub<br/>private only"]:::private
  res2["st<br/>storage account<br/>private only"]:::private
  zones1[("private DNS zone<br/>a.example")]:::zone
  pe1 -->|"blob: Approved"| res2
  pe2 -->|"amlworkspace: Approved"| res1
  zones1 -.- net1
  classDef private fill:#dafbe1,stroke:#1a7f37,color:#044f1e
  classDef path fill:#ffffff,stroke:#1a7f37,color:#1f2328
  classDef zone fill:#ddf4ff,stroke:#0969da,color:#0a3069
  classDef network fill:transparent,stroke:#6e7781
  class net1,subnet1 network
"##;

type Row = (&'static str, fn(&mut Wish, &mut Posture), &'static [&'static str]);

/// Changes to the world, and the lines that each adds to the diagram.
const ROWS: &[Row] = &[
    (
        "a public resource is red",
        |_, posture| posture.members[1] = member(&storage("st"), "public"),
        &[
            "res2[\"st<br/>storage account<br/>public\"]:::public",
            "internet((\"Internet\")):::plain",
            "internet -->|\"public\"| res2",
            "linkStyle 2 stroke:#cf222e,stroke-width:3px",
        ],
    ),
    (
        "selected networks are amber",
        |_, posture| posture.members[1] = member(&storage("st"), "selected_networks"),
        &[
            "res2[\"st<br/>storage account<br/>selected networks\"]:::selected",
            "internet -->|\"selected networks\"| res2",
        ],
    ),
    (
        "an enforced perimeter is neither",
        |_, posture| {
            let mut it = member(&storage("st"), "perimeter");
            let perimeters = &mut it.access.as_mut().expect("access").perimeters;
            let shown = json!({
                "networkSecurityPerimeter": {"id": "/x/nsp"},
                "resourceAssociation": {"accessMode": "Enforced"},
            });
            perimeters.push(serde_json::from_value(shown).expect("association"));
            posture.members[1] = it;
        },
        &["res2[\"st<br/>storage account<br/>perimeter nsp (Enforced)\"]:::perimeter"],
    ),
    (
        "a resource that cannot be read is gray",
        |_, posture| {
            let it = &mut posture.members[1];
            (it.seen, it.access) = (false, None);
        },
        &["res2[\"st<br/>storage account<br/>unverified\"]:::unverified"],
    ),
    (
        "a missing endpoint is named",
        |_, posture| posture.members[0].missing = vec!["blob", "file"],
        &["res1[\"hub<br/>hub<br/>private only<br/>no endpoint for blob, file\"]:::private"],
    ),
    (
        "connections that fail are amber",
        |_, posture| {
            connect(&mut posture.members[1], "pe-file", "file", "Pending", subnet());
            connect(&mut posture.members[1], "pe-gone", "", "Approved", EndpointPlace::Gone);
            connect(&mut posture.members[1], "pe-other", "", "Pending", EndpointPlace::Hidden);
        },
        &[
            "pe4([\"pe-gone<br/>private endpoint, does not exist\"]):::broken",
            "pe5([\"pe-other<br/>private endpoint, unverified\"]):::unverified",
            "pe2 -->|\"file: Pending\"| res2",
            "pe4 -->|\"Approved\"| res2",
            "linkStyle 1,3,4 stroke:#bf8700,stroke-dasharray:5 3",
        ],
    ),
    (
        "an endpoint to two resources is one node",
        |_, posture| {
            connect(&mut posture.members[0], "PE-BLOB", "x", "Approved", subnet());
        },
        &["pe1 -->|\"x: Approved\"| res1"],
    ),
    (
        "zones with one state and the same links are one node",
        |_, posture| {
            posture.names.extend([
                proof("b.example", Status::Proven, &["vnet"]),
                proof("c.example", Status::Proven, &["vnet-dns"]),
                proof("d.example", Status::ZoneMissing, &[]),
                proof("e.example", Status::Unlinked, &[]),
                proof("f.example", Status::RecordMissing, &["vnet"]),
                proof("g.example", Status::Unverified("denied".to_owned()), &[]),
                proof("f.example", Status::Proven, &["vnet"]),
            ]);
        },
        &[
            "net2[\"vnet-dns<br/>virtual network\"]:::network",
            "zones1[(\"private DNS zone<br/>d.example<br/>missing\")]:::broken",
            "zones2[(\"private DNS zone<br/>e.example<br/>not linked to any network\")]:::broken",
            "zones3[(\"private DNS zone<br/>f.example<br/>a record is missing\")]:::broken",
            "zones4[(\"private DNS zone<br/>g.example<br/>unverified\")]:::unverified",
            "zones5[(\"private DNS zones<br/>a.example<br/>b.example\")]:::zone",
            "zones6 -.- net2",
        ],
    ),
    (
        "a managed network has its rules",
        |_, posture| {
            let rule = |name: &str, target: Option<&str>, status: &str| OutboundRule {
                name: name.to_owned(),
                target: target.map(storage),
                group: "blob".to_owned(),
                status: status.to_owned(),
            };
            posture.managed = Some(ManagedNetwork {
                mode: "AllowInternetOutbound".to_owned(),
                status: "Active".to_owned(),
                rules: vec![
                    rule("pypi", None, "Active"),
                    rule("st", Some("st"), "Active"),
                    rule("st-2", Some("ST"), "Inactive"),
                    rule("z", Some("other"), "Active"),
                ],
            });
        },
        &[
            "subgraph managed[\"managed network of hub\"]",
            "mode[\"AllowInternetOutbound<br/>Active<br/>1 rule to FQDNs or tags\"]:::plain",
            "rule1([\"st<br/>outbound rule\"]):::path",
            "rule2([\"st-2<br/>outbound rule\"]):::broken",
            "rule3([\"z<br/>to other<br/>blob: Active\"]):::path",
            "rule1 -->|\"blob: Active\"| res2",
            "rule2 -->|\"blob: Inactive\"| res2",
        ],
    ),
    (
        "agents are in their subnet",
        |_, posture| posture.agents = Some(network("vnet").child("subnets", "agents")),
        &["subgraph subnet1[\"agents\"]", "agents[\"agents\"]:::plain"],
    ),
    (
        "projects hang on their hub",
        |_, posture| {
            let it = id("Microsoft.MachineLearningServices/workspaces", "p");
            posture.members.push(Member::of(it, Role::PROJECT));
        },
        &["res3[\"p<br/>project\"]:::plain", "res1 -.- res3"],
    ),
    (
        "public telemetry is amber, private telemetry hangs on its scope",
        |_, posture| {
            let scope = id("microsoft.insights/privateLinkScopes", "ampls");
            posture.members.push(Member::of(scope.clone(), Role::MONITOR_SCOPE));
            let one = |name: &str, flag: &str, scopes: Vec<Scope>| Telemetry {
                id: id("microsoft.insights/components", name),
                ingestion: flag.to_owned(),
                query: "Disabled".to_owned(),
                scopes,
            };
            let within = Scope { id: scope, ingestion: None, query: None };
            posture.telemetry = vec![
                one("open", "Enabled", Vec::new()),
                one("within", "Disabled", vec![within]),
                one("shut", "Disabled", Vec::new()),
            ];
        },
        &[
            "tel1[\"open<br/>telemetry, public\"]:::selected",
            "tel2[\"within<br/>telemetry, private only\"]:::private",
            "tel3[\"shut<br/>telemetry, in no private link scope\"]:::broken",
            "res3 -.- tel2",
            "internet -->|\"telemetry\"| tel1",
        ],
    ),
    (
        "a name cannot break the diagram",
        |_, posture| posture.members[1] = member(&storage("a\"]#;end<b>"), "public"),
        &["res2[\"a#34;#93;#35;#59;end#60;b#62;<br/>storage account<br/>public\"]:::public"],
    ),
];

#[test]
fn draws_networks_endpoints_resources_and_zones() {
    let (wish, posture) = world();
    assert_eq!(diagram(&wish, &posture), WHOLE);
    mermaid::Flowchart::read(WHOLE);
}

#[test]
fn draws_each_state_in_its_class() {
    for (what, change, expected) in ROWS {
        let (mut wish, mut posture) = world();
        change(&mut wish, &mut posture);
        let text = diagram(&wish, &posture);
        mermaid::Flowchart::read(&text);
        assert_eq!(text, diagram(&wish, &posture), "{what}");
        for line in *expected {
            assert!(text.lines().any(|it| it.trim() == *line), "{what}: {line}\n{text}");
            assert!(!WHOLE.lines().any(|it| it.trim() == *line), "{what}: {line}");
        }
    }
}

#[test]
fn counts_what_a_large_diagram_leaves_out() {
    let (wish, mut posture) = world();
    let long = "x".repeat(80);
    for number in 0..300 {
        let exposure = if number == 299 { "public" } else { "private_only" };
        let mut it = member(&storage(&format!("st{number}{long}")), exposure);
        for group in ["blob", "file"] {
            let place = network(&format!("vnet{number}{long}")).child("subnets", &long);
            let place = EndpointPlace::Subnet(place);
            connect(&mut it, &format!("pe{number}{group}{long}"), group, "Approved", place);
        }
        posture.members.push(it);
        let zone = format!("zone{number}{long}");
        posture.names.push(proof(&zone, Status::Proven, &["vnet", &format!("vnet{number}{long}")]));
    }
    let text = diagram(&wish, &posture);
    let chart = mermaid::Flowchart::read(&text);
    assert_eq!(chart.of_class("public").len(), 1, "what is wrong comes first");
    let (more, _) =
        chart.nodes.iter().find(|(label, _)| label.starts_with("not shown")).expect("it");
    assert!(more.contains("262 resources") && more.contains("private endpoints"), "{more}");
    assert!(more.contains("virtual networks") && more.contains("private DNS zones"), "{more}");
}
