//! Metadata document with the endpoints of the cloud.

use serde_json::{Value, json};

use crate::arm_error::ArmError;
use crate::request::HttpRequest;
use crate::response::HttpResponse;
use crate::world::World;

/// URL of the names of virtual machine images. Clients only pass it on.
const ALIASES: &str = concat!(
    "https://raw.githubusercontent.com/Azure/azure-rest-api-specs/main",
    "/arm-compute/quickstart-templates/aliases.json",
);

/// Telemetry endpoint of Application Insights. Clients only pass it on.
const TELEMETRY: &str = "https://dc.applicationinsights.azure.com/v2/track";

/// Answers `GET /metadata/endpoints`, or returns `None` for other requests.
pub(crate) fn serve(world: &World, request: &HttpRequest) -> Option<HttpResponse> {
    if request.method != "GET" || !request.path.eq_ignore_ascii_case("/metadata/endpoints") {
        return None;
    }
    Some(match request.param("api-version") {
        Some("2015-01-01") => HttpResponse::ok(oldest(world)),
        Some(version) if version < "2022-09-01" => HttpResponse::ok(json!([document(world)])),
        Some(_) => HttpResponse::ok(document(world)),
        None => {
            let text = "The api-version query parameter is required.";
            ArmError::bad("MissingApiVersionParameter", text).into()
        }
    })
}

/// Returns the form of version 2015, which has few keys and none of the later ones.
fn oldest(world: &World) -> Value {
    let (base, cloud) = (&world.settings.base, world.settings.cloud);
    json!({
        "galleryEndpoint": format!("{base}/"),
        "graphEndpoint": cloud.graph,
        "portalEndpoint": cloud.portal,
        "authentication": {
            "loginEndpoint": base,
            "audiences": [cloud.audiences[0], cloud.audiences[1], base],
        },
    })
}

fn document(world: &World) -> Value {
    let (base, cloud) = (&world.settings.base, world.settings.cloud);
    json!({
        "name": cloud.name,
        "portal": cloud.portal,
        "authentication": {
            "loginEndpoint": base,
            "audiences": [cloud.audiences[0], cloud.audiences[1], base],
            "tenant": "common",
            "identityProvider": "AAD",
        },
        "resourceManager": format!("{base}/"),
        "microsoftGraphResourceId": cloud.graph,
        "graph": cloud.graph,
        "graphAudience": cloud.graph,
        "gallery": format!("{base}/"),
        "batch": "https://batch.core.windows.net/",
        "media": "https://rest.media.azure.net",
        "sqlManagement": format!("https://management.{}:8443/", cloud.storage),
        "vmImageAliasDoc": ALIASES,
        "activeDirectoryDataLake": "https://datalake.azure.net/",
        "appInsightsResourceId": "https://api.applicationinsights.io",
        "appInsightsTelemetryChannelResourceId": TELEMETRY,
        "attestationResourceId": "https://attest.azure.net",
        "synapseAnalyticsResourceId": "https://dev.azuresynapse.net",
        "logAnalyticsResourceId": "https://api.loganalytics.io",
        "ossrDbmsResourceId": format!("https://ossrdbms-aad.{}", cloud.sql),
        "suffixes": {
            "storage": cloud.storage,
            "keyVaultDns": cloud.vault,
            "acrLoginServer": cloud.registry,
            "sqlServerHostname": cloud.sql,
            "azureDataLakeStoreFileSystem": "azuredatalakestore.net",
            "azureDataLakeAnalyticsCatalogAndJob": "azuredatalakeanalytics.net",
            "azureFrontDoorEndpointSuffix": "azurefd.net",
            "storageSyncEndpointSuffix": "afs.azure.net",
            "mhsmDns": "managedhsm.azure.net",
            "mysqlServerEndpoint": "mysql.database.azure.com",
            "postgresqlServerEndpoint": "postgres.database.azure.com",
            "mariadbServerEndpoint": "mariadb.database.azure.com",
            "synapseAnalytics": "dev.azuresynapse.net",
            "attestationEndpoint": "attest.azure.net",
        },
    })
}
