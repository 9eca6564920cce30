//! The image layout: an index, what it refers to, and the list that older versions of Docker read.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tar::{Builder, Header};

use super::blob::Blob;
use super::config::{Image, NAME, Source};
use crate::failure::{Context as _, Failure, Result};
use crate::project::VERSION;

const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// Files of a layout by their path.
#[derive(Debug)]
pub(super) struct Layout {
    files: BTreeMap<String, Vec<u8>>,
}

impl Layout {
    /// Creates the layout of an image. The images of several platforms get an index of their own,
    /// which a registry stores under one tag.
    pub(super) fn new(images: &[Image], source: &Source) -> Self {
        let mut layout = Self { files: BTreeMap::new() };
        let mut manifests = Vec::new();
        for image in images {
            for blob in [&image.layer, &image.config, &image.manifest] {
                layout.add(blob);
            }
            let mut descriptor = image.manifest.descriptor();
            descriptor["platform"] = Value::Object(image.platform.members());
            manifests.push(descriptor);
        }
        let mut named = match (&manifests[..], images) {
            ([only], [image]) => {
                layout.document("manifest.json", &list(image));
                only.clone()
            }
            _ => {
                let index = json!({
                    "schemaVersion": 2,
                    "mediaType": INDEX,
                    "manifests": manifests,
                    "annotations": source.labels(),
                });
                let blob = Blob::new(INDEX, index.to_string().into_bytes());
                layout.add(&blob);
                blob.descriptor()
            }
        };
        named["annotations"] = json!({
            "org.opencontainers.image.ref.name": VERSION,
            // containerd, and Docker with its store, name an imported image by this one.
            "io.containerd.image.name": format!("{NAME}:{VERSION}"),
        });
        let index = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": [named] });
        layout.document("index.json", &index);
        layout.document("oci-layout", &json!({ "imageLayoutVersion": "1.0.0" }));
        layout
    }

    fn add(&mut self, blob: &Blob) {
        self.files.insert(blob.path(), blob.bytes.clone());
    }

    fn document(&mut self, path: &str, document: &Value) {
        self.files.insert(path.to_owned(), document.to_string().into_bytes());
    }

    /// Writes an archive, if the path ends with `.tar`, or a folder. Replaces an older image.
    pub(super) fn write(&self, out: &Path) -> Result<()> {
        let doing = format!("Writing {}", out.display());
        if out.extension().is_some_and(|extension| extension == "tar") {
            fs::create_dir_all(out.parent().unwrap_or(Path::new("."))).context(&doing)?;
            return fs::write(out, self.archive()?).context(&doing);
        }
        clear(out)?;
        for (path, bytes) in &self.files {
            let path = out.join(path);
            fs::create_dir_all(path.parent().unwrap_or(out)).context(&doing)?;
            fs::write(path, bytes).context(&doing)?;
        }
        Ok(())
    }

    fn archive(&self) -> Result<Vec<u8>> {
        let doing = "Cannot write the archive of the image";
        let mut archive = Builder::new(Vec::new());
        for (path, bytes) in &self.files {
            let mut header = Header::new_ustar();
            header.set_mode(0o644);
            header.set_size(bytes.len() as u64);
            archive.append_data(&mut header, path, &**bytes).context(doing)?;
        }
        archive.into_inner().context(doing)
    }
}

/// Returns the list by which `docker load` finds an image if it does not read `index.json`.
fn list(image: &Image) -> Value {
    json!([{
        "Config": image.config.path(),
        "RepoTags": [format!("{NAME}:{VERSION}")],
        "Layers": [image.layer.path()],
    }])
}

/// Removes an older image from a folder, and nothing else.
fn clear(folder: &Path) -> Result<()> {
    let doing = format!("Clearing {}", folder.display());
    if folder.join("oci-layout").exists() {
        fs::remove_dir_all(folder.join("blobs")).context(&doing)?;
        return match fs::remove_file(folder.join("manifest.json")) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).context(&doing)
            }
            _ => Ok(()),
        };
    }
    if fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) {
        let text = format!("{} is not empty and holds no image", folder.display());
        return Err(Failure::new(text));
    }
    Ok(())
}
