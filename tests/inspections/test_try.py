from credit import queries
from tests.inspections import made


def test_a(session, firm, person):
    i = made.final(firm)
    print(i.document.number, i.findings)
    o = made.served(i)
    print(o.document.number, o.due_on, o.due_arithmetic, o.legal_basis, o.citation)
    print(queries.event_facts(firm.id))
    d = made.confirmed(firm)
    print(d.citation, d.legal_basis)
    for e in queries.event_facts(firm.id): print(e)
    print(queries.score(firm.id, made.clock.today()).sum_words)
