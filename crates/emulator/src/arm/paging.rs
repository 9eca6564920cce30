//! Pages of lists.

use serde_json::{Value, json};

use crate::arm_error::ArmError;
use crate::request::HttpRequest;
use crate::response::HttpResponse;
use crate::world::World;
use crate::world::store::Resource;

/// Returns a page of a list, with `nextLink` if there are more.
pub(super) fn page(
    world: &World,
    request: &HttpRequest,
    list: &[&Resource],
    size: usize,
    show: impl Fn(&Resource) -> Value,
) -> Result<HttpResponse, ArmError> {
    let number = |name: &str| -> Result<Option<usize>, ArmError> {
        match request.param(name).map(str::parse) {
            None => Ok(None),
            Some(Ok(number)) => Ok(Some(number)),
            Some(Err(_)) => {
                let text = format!("The query parameter '{name}' is not a number.");
                Err(ArmError::bad("InvalidQueryParameter", text))
            }
        }
    };
    let size = number("$top")?.filter(|top| *top > 0).unwrap_or(size);
    let size = world.options.page_size.map_or(size, |most| most.min(size));
    let skip = number("$skiptoken")?.or(number("$skip")?).unwrap_or(0).min(list.len());
    let end = list.len().min(skip.saturating_add(size));
    let entries = list.get(skip..end).unwrap_or_default().iter();
    let entries: Vec<Value> = entries.map(|resource| show(resource)).collect();
    let mut response = json!({ "value": entries });
    if end < list.len() {
        response["nextLink"] = json!(next_link(world, request, end));
    }
    Ok(HttpResponse::ok(response))
}

fn next_link(world: &World, request: &HttpRequest, end: usize) -> String {
    let kept = request.query.split('&').filter(|pair| {
        let name = pair.split('=').next().unwrap_or_default().to_ascii_lowercase();
        !["$skiptoken", "%24skiptoken", "$skip", "%24skip"].contains(&name.as_str())
    });
    let kept: Vec<&str> = kept.collect();
    let query = kept.join("&");
    format!("{}{}?{query}&%24skiptoken={end}", world.settings.base, request.raw_path)
}
