//! The shelf, and the documents on it.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hasher};
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;

#[derive(Clone)]
pub struct Document {
    pub bytes: Bytes,
    /// The same bytes have the same version, and other bytes another one.
    pub version: String,
}

impl Document {
    pub fn new(bytes: impl Into<Bytes>) -> Document {
        let bytes = bytes.into();
        let mut hasher = DefaultHasher::new();
        hasher.write(&bytes);
        let version = format!("{:016x}", hasher.finish());
        Document { bytes, version }
    }
}

pub struct Shelf(Mutex<BTreeMap<String, Document>>);

impl Shelf {
    /// A shelf with two documents.
    pub fn new() -> Shelf {
        let menu = Document::new("assam\ngenmaicha\noolong\nrooibos\n");
        let letters = Document::new("abcdefghijklmnopqrstuvwxyz\n");
        let documents = [("menu.txt", menu), ("letters.txt", letters)];
        let documents = documents.map(|(name, document)| (name.to_string(), document));
        Shelf(Mutex::new(documents.into()))
    }

    /// The addresses of all documents, each with its version.
    pub fn addresses(&self) -> String {
        let documents = self.look();
        let lines = documents
            .iter()
            .map(|(name, document)| format!("/{name}?v={}\n", document.version));
        lines.collect()
    }

    pub fn find(&self, name: &str) -> Option<Document> {
        self.look().get(name).cloned()
    }

    /// Puts a document on the shelf. Says whether there was one of that name.
    pub fn put(&self, name: String, document: Document) -> bool {
        self.look().insert(name, document).is_some()
    }

    fn look(&self) -> MutexGuard<'_, BTreeMap<String, Document>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
