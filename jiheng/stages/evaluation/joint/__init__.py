"""Joint evaluation with a partner: indicators agreed, records shared, the result taken over, rectification signed by both."""
