//! Tests the image: its parts, the program in it, and the recipes for CI that use it.

mod dockerfile;
mod layout;
mod recipes;
mod stage;
mod started;
mod steps;

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use flate2::read::GzDecoder;
use serde_json::Value;
use tar::Archive;
use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::config::{Image, Platform, Source};
use super::layout::Layout;
use super::with_program;
use crate::project::{self, EMULATOR, Programs};

/// The image of the debug build, which is written and unpacked once for all tests.
struct Fixture {
    folder: TempDir,
    programs: Programs,
}

impl Fixture {
    fn get() -> &'static Self {
        static FIXTURE: OnceLock<Fixture> = OnceLock::new();
        FIXTURE.get_or_init(|| {
            let folder = tempfile::tempdir().unwrap();
            let programs = project::build(false).unwrap();
            let platform = Platform::of(&project::platform()).unwrap();
            let root = with_program(&programs.emulator).unwrap();
            let image = Image::new(platform, &root, &source()).unwrap();
            Layout::new(&[image], &source()).write(&folder.path().join("layout")).unwrap();
            let fixture = Self { folder, programs };
            fixture.unpack();
            fixture
        })
    }

    /// Unpacks the layers as an engine does.
    fn unpack(&self) {
        fs::create_dir(self.root()).unwrap();
        for layer in self.manifest()["layers"].as_array().unwrap() {
            let file = File::open(blob(&self.layout(), &layer["digest"])).unwrap();
            let mut archive = Archive::new(GzDecoder::new(file));
            archive.set_preserve_permissions(true);
            archive.unpack(self.root()).unwrap();
        }
    }

    fn layout(&self) -> PathBuf {
        self.folder.path().join("layout")
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("root")
    }

    fn manifest(&self) -> Value {
        let index = document(&self.layout().join("index.json"));
        document(&blob(&self.layout(), &index["manifests"][0]["digest"]))
    }

    /// Returns how an engine starts the image: user, variables, entry point, and so on.
    fn config(&self) -> Value {
        document(&blob(&self.layout(), &self.manifest()["config"]["digest"]))
    }
}

fn source() -> Source {
    let revision = Some("0123456789abcdef0123456789abcdef01234567".to_owned());
    Source { revision, time: 1_700_000_000 }
}

fn document(file: &Path) -> Value {
    serde_json::from_slice(&fs::read(file).unwrap()).unwrap()
}

fn blob(layout: &Path, digest: &Value) -> PathBuf {
    layout.join("blobs").join(digest.as_str().unwrap().replace(':', "/"))
}

/// Writes an archive of a release with this content of the emulator's program.
fn release_archive(file: &Path, program: &[u8]) {
    let mut zip = ZipWriter::new(File::create(file).unwrap());
    for (name, mode, bytes) in [(EMULATOR, 0o755, program), ("LICENSE", 0o644, b"license")] {
        zip.start_file(name, SimpleFileOptions::default().unix_permissions(mode)).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap();
}

/// Returns the texts of a list.
fn texts(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
}
