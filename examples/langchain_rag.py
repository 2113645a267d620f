"""Chains: retrieved documents are read once and short, tool results are shortened before the model.

The model is a fake, so that this runs without a key. Needs 'headroom-context[langchain]'.
"""

from __future__ import annotations

from typing import Any

from langchain_core.documents import Document
from langchain_core.language_models import FakeListChatModel
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda, RunnableParallel, RunnablePassthrough

from headroom import Headroom, MemoryStore
from langchain_headroom import HeadroomCompressor

MANUAL = "\n\n".join(
    f"Section {n}. Machine {n} was built in {1900 + n}. It needs {n * 3} litres of oil in a year. Whoever runs it writes"
    f" down {n * 17 % 89} figures a day."
    for n in range(60)
)
ENGINE = Headroom(store=MemoryStore())  # without store= originals go to ~/.headroom
MODEL = FakeListChatModel(responses=["51 litres."])


def find(query: str) -> list[Document]:
    """Stands for a vector store: chunks that overlap, one of them twice."""
    starts = [1200, 1800, 600, 1200]
    return [
        Document(MANUAL[at : at + 900], id=str(n), metadata={"start_index": at, "query": query})
        for n, at in enumerate(starts)
    ]


def as_text(inputs: dict[str, Any]) -> dict[str, Any]:
    """Documents as the prompt wants them."""
    return {**inputs, "docs": "\n\n".join(d.page_content for d in inputs["docs"])}


def main() -> None:
    """A chain over documents, and one over messages."""
    compressor = HeadroomCompressor(engine=ENGINE, query_key="question")
    find_and_shorten = RunnableParallel(docs=RunnableLambda(find), question=RunnablePassthrough()) | compressor
    prompt = ChatPromptTemplate.from_template("{docs}\n\n{question}")
    question = "How much oil does machine 17 need?"
    print((find_and_shorten | as_text | prompt | MODEL).invoke(question).content)

    found = find_and_shorten.invoke(question)["docs"]
    before = sum(len(d.page_content) for d in find(question))
    print(f"{before:,} characters in 4 documents, {sum(len(d.page_content) for d in found):,} in {len(found)}")
    for document in found:
        report = document.metadata["headroom"]
        assert all(MANUAL[a:b] in document.page_content for a, b in report["source_spans"])  # citations resolve
        print(
            f"document {document.id}: {report['source_spans']}, merged: {[m['id'] for m in report.get('merged', ())]}"
        )

    log = "\n".join(f"10:{n // 60:02d}:{n % 60:02d} INFO job {n} done" for n in range(500))
    history = [
        HumanMessage("Did all jobs run?"),
        AIMessage("", tool_calls=[{"name": "read_log", "args": {}, "id": "1"}]),
        ToolMessage(log, tool_call_id="1"),
    ]
    short = HeadroomCompressor(engine=ENGINE).invoke(history)
    print(f"{len(log):,} characters of a log, {len(short[-1].content):,} for the model")


if __name__ == "__main__":
    main()
