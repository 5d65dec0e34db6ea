//! Plain objects of JavaScript, as the browser makes them of JSON and of what other tabs send.
//!
//! The browser reads JSON by itself, so the first part of the page needs no reader of its own. What is wrong with a
//! value is not told here: whoever has to tell reads it again, with `formats::json`.

use crate::core::record::RegionKind;
use crate::formats::manifest::Source;
use js_sys::{Array, JSON, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// A value is not what it should be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unlike;

/// An object, from which values are taken by their keys.
pub struct Plain(Object);

impl Plain {
    /// The object that `json` is.
    ///
    /// # Errors
    /// Where it is none, or no JSON.
    pub fn read(json: &str) -> Result<Self, Unlike> {
        JSON::parse(json).map_err(|_| Unlike)?.try_into()
    }

    fn get(&self, key: &str) -> Result<JsValue, Unlike> {
        Reflect::get(&self.0, &key.into()).map_err(|_| Unlike)
    }
}

impl TryFrom<JsValue> for Plain {
    type Error = Unlike;

    fn try_from(value: JsValue) -> Result<Self, Unlike> {
        value.dyn_into().map(Self).map_err(|_| Unlike)
    }
}

impl Source for Plain {
    type Error = Unlike;
    type Inner<'s> = Self;

    fn name(&mut self, key: &str) -> Result<String, Unlike> {
        self.string(key)
            .and_then(|name| if name.is_empty() { Err(Unlike) } else { Ok(name) })
    }

    fn string(&mut self, key: &str) -> Result<String, Unlike> {
        self.get(key)?.as_string().ok_or(Unlike)
    }

    fn string_or_null(&mut self, key: &str) -> Result<Option<String>, Unlike> {
        let value = self.get(key)?;
        if value.is_null() {
            Ok(None)
        } else {
            value.as_string().map(Some).ok_or(Unlike)
        }
    }

    fn truth(&mut self, key: &str) -> Result<bool, Unlike> {
        self.get(key)?.as_bool().ok_or(Unlike)
    }

    fn whole_number(&mut self, key: &str) -> Result<u32, Unlike> {
        let value = self.get(key)?.as_f64().ok_or(Unlike)?;
        // What is no such number is brought to the next one that is, and so differs.
        let number = value as u32;
        if f64::from(number) == value {
            Ok(number)
        } else {
            Err(Unlike)
        }
    }

    fn region_kind(&mut self, key: &str) -> Result<RegionKind, Unlike> {
        let name = self.string(key)?;
        RegionKind::ALL
            .into_iter()
            .find(|kind| kind.as_str() == name)
            .ok_or(Unlike)
    }

    fn objects<T>(
        &mut self,
        key: &str,
        mut read: impl FnMut(Self) -> Result<T, Unlike>,
    ) -> Result<Vec<T>, Unlike> {
        let list: Array = self.get(key)?.dyn_into().map_err(|_| Unlike)?;
        list.iter().map(|value| read(value.try_into()?)).collect()
    }
}
