"""GiNZA as a tokenizer with readings and word vectors only.

The full ja_ginza pipeline costs 24-28 ms a sentence, its tokenizer and vectors 0.2 ms, and Rasa's `SpacyNLP` has no
option to leave pipes out. This subclass replaces the loading, and is registered as a loader only: `SpacyNLP` would
also tokenise every message as typed, which nobody reads. It must not grow pipes that no measured gain pays for.
"""

from __future__ import annotations

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.model import InvalidModelError
from rasa.nlu.utils.spacy_utils import SpacyModel, SpacyNLP


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MODEL_LOADER, is_trainable=False)
class LeanGinza(SpacyNLP):
    """`SpacyNLP` that loads a model without its pipes: Sudachi tokens, readings and vectors remain."""

    @staticmethod
    def load_model(spacy_model_name: str) -> SpacyModel:
        """Load a spaCy model's tokenizer and vectors.

        Args:
            spacy_model_name: The installed package, `ja_ginza`.

        Returns:
            The model as Rasa's components expect it.

        Raises:
            InvalidModelError: The package is not installed.
        """
        import spacy

        try:
            pipes = spacy.util.load_config(spacy.util.get_package_path(spacy_model_name) / _config(spacy_model_name))
        except (OSError, ModuleNotFoundError, ImportError) as error:
            raise InvalidModelError(f"The spaCy model '{spacy_model_name}' is not installed.") from error
        # 600,000 strings of the training corpus, 140 MB: tokens bring their own, and vectors are found by hash
        unused = ("strings", "lookups")
        language = spacy.load(spacy_model_name, exclude=[*pipes["nlp"]["pipeline"], *unused])
        return SpacyModel(model=language, model_name=spacy_model_name)


def _config(package: str) -> str:
    import importlib

    meta = importlib.import_module(package).__version__
    return f"{package}-{meta}/config.cfg"
